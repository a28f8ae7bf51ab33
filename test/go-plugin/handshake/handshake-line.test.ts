import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { PluginError } from "../../../src/errors.ts";
import {
  formatHandshakeLine,
  type HandshakeLine,
  parseHandshakeLine,
} from "../../../src/go-plugin/handshake/handshake-line.ts";

const plain = {
  protocolVersion: 2,
  network: "unix",
  address: "/tmp/plugin42",
  serverCertificate: undefined,
  multiplexing: false,
} satisfies HandshakeLine;

/** What go-plugin of 2017 printed as field 6: base64 of two empty addresses as JSON and a line feed. */
const legacyField = Buffer.from('{"stdout_addr":"","stderr_addr":""}\n').toString("base64");

function codeOf(line: string): string {
  try {
    parseHandshakeLine(line);
  } catch (reason) {
    assert.ok(reason instanceof PluginError, String(reason));
    return reason.code;
  }
  return assert.fail(`${line} is taken`);
}

suite("a handshake line that a host takes", () => {
  const taken: Readonly<Record<string, [string, Partial<HandshakeLine>]>> = {
    "five fields, as Node and Rust plugins print": ["1|2|unix|/tmp/plugin42|grpc", {}],
    "an empty sixth field, as Go plugins print": ["1|2|unix|/tmp/plugin42|grpc|", {}],
    "a sixth field of 48 characters, as Go plugins of 2017 print": [
      `1|2|unix|/tmp/plugin42|grpc|${legacyField}`,
      {},
    ],
    "a sixth field of 50 characters is no certificate": [`1|2|unix|/tmp/plugin42|grpc|${"A".repeat(50)}`, {}],
    "a sixth field of 51 characters is a certificate": [
      `1|2|unix|/tmp/plugin42|grpc|${"A".repeat(51)}`,
      { serverCertificate: "A".repeat(51) },
    ],
    "a seventh field true": ["1|2|unix|/tmp/plugin42|grpc||true", { multiplexing: true }],
    "a seventh field false": ["1|2|unix|/tmp/plugin42|grpc||false", {}],
    "fields after the seventh": ["1|2|unix|/tmp/plugin42|grpc||true|more|and more", { multiplexing: true }],
    "a TCP address": [
      "1|1|tcp|127.0.0.1:34567|grpc",
      { protocolVersion: 1, network: "tcp", address: "127.0.0.1:34567" },
    ],
    "a TCP address without a host": ["1|2|tcp|:1234|grpc", { network: "tcp", address: ":1234" }],
    "an IPv6 address": ["1|2|tcp|[::1]:1234|grpc", { network: "tcp", address: "[::1]:1234" }],
    "spaces and a carriage return around it": [" \t1|2|unix|/tmp/plugin42|grpc|\r", {}],
    "spaces within the address": ["1|2|unix|/tmp/my plugin|grpc|", { address: "/tmp/my plugin" }],
    "every blank of Go around it": [
      "\u0085\u00a0\u2003 \v\f1|2|unix|/tmp/plugin42|grpc|\u3000\u2028\u0085",
      {},
    ],
    "numbers as Go reads them": ["+1|0000000000002|unix|/tmp/plugin42|grpc|", {}],
    "a seventh field 1, which is true for Go": ["1|2|unix|/tmp/plugin42|grpc||1", { multiplexing: true }],
    "a seventh field TRUE": ["1|2|unix|/tmp/plugin42|grpc||TRUE", { multiplexing: true }],
    "a seventh field that is no word of Go's": ["1|2|unix|/tmp/plugin42|grpc||yes", {}],
    "version zero": ["1|0|unix|/tmp/plugin42|grpc|", { protocolVersion: 0 }],
  };
  for (const [name, [line, expected]] of Object.entries(taken)) {
    test(`a host takes ${name}`, () => {
      assert.deepEqual(parseHandshakeLine(line), { ...plain, ...expected });
    });
  }

  test("the legacy field of a handshake line is 48 characters long", () => {
    assert.equal(legacyField.length, 48);
  });
});

suite("a handshake line that a host refuses", () => {
  const refused: Readonly<Record<string, [string, string]>> = {
    "an empty line": ["", "handshake_invalid"],
    "a greeting": ["Listening on port 3000", "handshake_invalid"],
    "three fields": ["1|2|unix", "handshake_invalid"],
    "a core version that is no number": ["one|2|unix|/tmp/p|grpc", "handshake_invalid"],
    "an empty core version": ["|2|unix|/tmp/p|grpc", "handshake_invalid"],
    "a protocol version that is no number": ["1|2.0|unix|/tmp/p|grpc", "handshake_invalid"],
    "a negative protocol version": ["1|-2|unix|/tmp/p|grpc", "handshake_invalid"],
    "a byte order mark before it": ["\ufeff1|2|unix|/tmp/p|grpc", "handshake_invalid"],
    "a blank within a number": ["1| 2|unix|/tmp/p|grpc", "handshake_invalid"],
    "a number with underscores": ["1|1_0|unix|/tmp/p|grpc", "handshake_invalid"],
    "a blank before the RPC protocol": ["1|2|unix|/tmp/p| grpc", "rpc_protocol_unsupported"],
    "an empty address": ["1|2|unix||grpc", "handshake_invalid"],
    "core version 2": ["2|2|unix|/tmp/p|grpc", "core_version_mismatch"],
    "an unknown network": ["1|2|quic|127.0.0.1:1|grpc", "network_unsupported"],
    "an empty network": ["1|2||/tmp/p|grpc", "network_unsupported"],
    "four fields, which mean net/rpc": ["1|2|unix|/tmp/p", "rpc_protocol_unsupported"],
    "an empty RPC protocol, which means net/rpc": ["1|2|unix|/tmp/p|", "rpc_protocol_unsupported"],
    "net/rpc by name": ["1|2|unix|/tmp/p|netrpc|", "rpc_protocol_unsupported"],
  };
  for (const [name, [line, code]] of Object.entries(refused)) {
    test(`a handshake line with ${name} is ${code}`, () => {
      assert.equal(codeOf(line), code);
    });
  }

  test("a missing RPC protocol is called net/rpc in the message of the error", () => {
    assert.throws(() => parseHandshakeLine("1|2|unix|/tmp/p"), /got "netrpc"/);
  });

  test("the message of an error quotes at most 200 characters of the handshake line", () => {
    assert.throws(
      () => parseHandshakeLine("x".repeat(60_000)),
      (reason) =>
        reason instanceof PluginError && reason.message.length < 500 && reason.message.includes("x…"),
    );
  });
});

suite("a handshake line that a plugin prints", () => {
  test("a handshake line that a plugin prints always has six fields", () => {
    assert.equal(formatHandshakeLine(plain), "1|2|unix|/tmp/plugin42|grpc|");
  });

  test("a handshake line that a plugin prints has a certificate when there is one", () => {
    assert.equal(
      formatHandshakeLine({ ...plain, serverCertificate: "MIIB" }),
      "1|2|unix|/tmp/plugin42|grpc|MIIB",
    );
  });

  test("a handshake line that a plugin prints has a seventh field only with multiplexing", () => {
    assert.equal(formatHandshakeLine({ ...plain, multiplexing: true }), "1|2|unix|/tmp/plugin42|grpc||true");
  });

  for (const address of ["", "/tmp/a|b", "/tmp/a\nb", "/tmp/a\rb"]) {
    test(`a handshake line that a plugin prints refuses the address ${JSON.stringify(address)}`, () => {
      assert.throws(() => formatHandshakeLine({ ...plain, address }), { code: "invalid_option" });
    });
  }
});

suite("any handshake line", () => {
  const handshakeLine = fc.record(
    {
      protocolVersion: fc.nat(999_999_999),
      network: fc.constantFrom("unix" as const, "tcp" as const),
      address: fc.string({ minLength: 1 }).filter((text) => !/[|\r\n]/.test(text) && text.trim() !== ""),
      serverCertificate: fc.option(
        fc.base64String({ minLength: 52, maxLength: 900 }).map((text) => text.replaceAll("=", "A")),
        { nil: undefined },
      ),
      multiplexing: fc.boolean(),
    },
    { noNullPrototype: true },
  );

  test("any handshake line reads back as it was printed", () => {
    fc.assert(
      fc.property(handshakeLine, (line) => {
        assert.deepEqual(parseHandshakeLine(formatHandshakeLine(line)), line);
      }),
    );
  });

  test("any handshake line of any text is read or refused with a PluginError", () => {
    const part = fc.oneof(
      fc.constantFrom("1", "2", "unix", "tcp", "grpc", "netrpc", "", "true"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
        try {
          assert.ok(parseHandshakeLine(parts.join("|")).address !== "");
        } catch (reason) {
          assert.ok(reason instanceof PluginError, String(reason));
        }
      }),
      { numRuns: 500 },
    );
  });
});

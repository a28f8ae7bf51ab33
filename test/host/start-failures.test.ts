import assert from "node:assert/strict";
import { createServer } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { PluginErrorCode } from "grafana-plugin-protocol";
import { privateTmp } from "../helpers/private-tmp.ts";
import { bareServer } from "../helpers/raw-http2.ts";
import { sourceProgram } from "../helpers/run-program.ts";
import { scriptFailure, startFailure } from "../helpers/start-failure.ts";
import { withEnoughTime } from "../helpers/with-enough-time.ts";

suite("a plugin that fails its start", () => {
  test("a plugin that fails its start exits at once: the error has the exit code and the last lines of stderr", async (t) => {
    const script =
      "i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo line $i >&2; done; printf 'no line end' >&2; exit 5";

    const error = await scriptFailure(t, "exited", script);

    assert.equal(error.exitCode, 5);
    assert.equal(error.signal, null);
    assert.ok(error.pid !== undefined && error.pid > 1);
    assert.equal(error.stderrTail.length, 20);
    assert.deepEqual(error.stderrTail.slice(-2), ["line 30", "no line end"]);
    assert.match(
      error.message,
      /exited with code 5 before its handshake line; last stderr lines: .*"no line end"$/,
    );
  });

  test("a plugin that fails its start exits at once in silence", async (t) => {
    const error = await scriptFailure(t, "exited", "exit 0");

    assert.equal(error.exitCode, 0);
    assert.match(error.message, /exited with code 0 before its handshake line; it wrote nothing to stderr$/);
  });

  test("a plugin that fails its start is killed by a signal", async (t) => {
    const error = await scriptFailure(t, "exited", "kill -SEGV $$");

    assert.equal(error.exitCode, null);
    assert.equal(error.signal, "SIGSEGV");
  });

  test("a plugin that fails its start exits and leaves a child that holds its output open: the child is ended", async (t) => {
    const error = await scriptFailure(t, "exited", "sleep 1000 & echo bye >&2; exit 4");

    assert.equal(error.exitCode, 4);
    assert.deepEqual(error.stderrTail, ["bye"]);
  });

  const lines: Readonly<Record<string, [line: string, code: PluginErrorCode, words: RegExp]>> = {
    garbage: [
      "Listening on http://localhost:3000",
      "handshake_invalid",
      /got "Listening on http:\/\/localhost:3000"/,
    ],
    "an empty line": ["", "handshake_invalid", /got ""/],
    "a bad core version": ["2|2|unix|/tmp/x|grpc|", "core_version_mismatch", /core version 1, got "2"/],
    "an unknown network": ["1|2|pipe|/tmp/x|grpc|", "network_unsupported", /got "pipe"/],
    "net/rpc by name": ["1|2|unix|/tmp/x|netrpc|", "rpc_protocol_unsupported", /got "netrpc"/],
    "net/rpc by four fields": ["1|2|unix|/tmp/x", "rpc_protocol_unsupported", /got "netrpc"/],
    "a TCP address without a port": ["1|2|tcp|localhost|grpc|", "handshake_invalid", /TCP address/],
    "a TCP address with a port that is none": [
      "1|2|tcp|localhost:99999|grpc|",
      "handshake_invalid",
      /TCP address/,
    ],
    "a socket that is not there": [
      "1|2|unix|/no/such/socket|grpc|",
      "dial_failed",
      /unix \/no\/such\/socket.*ENOENT/,
    ],
    "a major that the host did not offer": [
      "1|1|unix|/no/such/socket|grpc|",
      "protocol_version_mismatch",
      /speaks protocol 1, host accepts 2/,
    ],
    "a certificate that nobody asked for": [
      `1|2|unix|/no/such/socket|grpc|${"A".repeat(60)}`,
      "tls_unsupported",
      /PLUGIN_CLIENT_CERT/,
    ],
  };
  for (const [what, [line, code, words]] of Object.entries(lines)) {
    test(`a plugin that fails its start prints ${what}`, async (t) => {
      const error = await scriptFailure(t, code, `echo 'a hint' >&2; echo '${line}'; exec sleep 1000`);

      assert.match(error.message, words);
      assert.deepEqual(error.stderrTail, ["a hint"]);
      assert.match(error.message, /"a hint"\)$/);
    });
  }

  test("a plugin that fails its start prints garbage without a line end and exits", async (t) => {
    const error = await scriptFailure(t, "handshake_invalid", "printf 'usage: plugin [flags]'; exit 2");

    assert.match(error.message, /got "usage: plugin \[flags\]"/);
    assert.equal(error.exitCode, 2);
  });

  test("a plugin that fails its start prints a first line without an end", async (t) => {
    const error = await scriptFailure(t, "handshake_invalid", "exec cat /dev/zero");

    assert.match(error.message, /got 65536 bytes without a line end/);
  });

  test("a plugin that fails its start exits right after its handshake line", async (t) => {
    const error = await scriptFailure(
      t,
      "exited",
      "echo '1|2|unix|/no/such/socket|grpc|'; echo oh >&2; exit 6",
    );

    assert.equal(error.exitCode, 6);
    assert.match(
      error.message,
      /exited with code 6 right after its handshake line; last stderr lines: "oh"$/,
    );
  });

  test("a plugin that fails its start names a port where nobody listens", async (t) => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    await new Promise((resolve) => server.close(resolve));

    const error = await scriptFailure(
      t,
      "dial_failed",
      `echo '1|2|tcp|:${address.port}|grpc|'; exec sleep 1000`,
    );

    assert.match(error.message, /cannot reach the plugin at tcp 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  });

  const deadEnds = {
    "a name that is too long": `/${"a".repeat(10_000)}`,
    "a path that goes through a file": "/dev/null/plugin",
    "a path that leads nowhere": "/dev/null-and-nothing/plugin",
  };
  for (const [what, path] of Object.entries(deadEnds)) {
    test(`a plugin that fails its start announces ${what}`, async (t) => {
      const error = await scriptFailure(t, "dial_failed", `echo '1|2|unix|${path}|grpc|'; exec sleep 1000`);

      assert.match(error.message, /^cannot reach the plugin at unix \//);
      assert.ok(error.message.length < 2000, "the path is quoted short");
    });
  }

  test("a plugin that fails its start prints nothing until the timeout", async (t) => {
    const script = "echo busy >&2; exec sleep 1000";

    const error = await withEnoughTime(
      300,
      (startTimeoutMs) => scriptFailure(t, "start_timeout", script, { startTimeoutMs }),
      ({ stderrTail }) => stderrTail.length > 0,
    );

    assert.match(
      error.message,
      /^no handshake line from ".*" \(pid \d+\) within \d+ ms; last stderr lines: "busy"$/,
    );
  });

  test("a plugin that fails its start closes its stdout and lives on until the timeout", async (t) => {
    await scriptFailure(t, "start_timeout", "exec >&-; exec sleep 1000", { startTimeoutMs: 100 });
  });

  test("a plugin that fails its start takes the connection and never answers", async (t) => {
    const tmp = await privateTmp(t);
    const path = join(tmp.path, "silent");
    await bareServer(t, path, (socket) => socket.resume());
    const command = await tmp.writeExecutable(`#!/bin/sh\necho '1|2|unix|${path}|grpc|'\nexec sleep 1000\n`);

    const error = await withEnoughTime(
      300,
      (startTimeoutMs) => {
        const options = { command, startTimeoutMs, allowForeignSocket: true };
        return startFailure(tmp, "start_timeout", options, [path]);
      },
      ({ message }) => !message.startsWith("no handshake line"),
    );

    assert.match(error.message, /^no connection to ".*" \(pid \d+\): .* within \d+ ms/);
  });

  for (const where of ["the host's directory", "a place of its own"]) {
    const flags = where === "a place of its own" ? [] : ["--given"];
    const listener = (...more: string[]) => ({
      command: process.execPath,
      args: sourceProgram(new URL("fixtures/listener.ts", import.meta.url), ...flags, ...more),
    });

    test(`a plugin that fails its start chose a major that the host does not have, with its socket in ${where}`, async (t) => {
      const tmp = await privateTmp(t);

      await startFailure(tmp, "protocol_version_mismatch", listener("--line", "1|7|unix|ADDRESS|grpc|"));
    });

    test(`a plugin that fails its start wants TLS, with its socket in ${where}`, async (t) => {
      const tmp = await privateTmp(t);

      await startFailure(
        tmp,
        "tls_unsupported",
        listener("--line", `1|2|unix|ADDRESS|grpc|${"A".repeat(60)}`),
      );
    });
  }
});

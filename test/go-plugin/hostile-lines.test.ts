/** Lines of a plugin that are made to cost much, or to break who prints them. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { PluginError } from "grafana-plugin-protocol";
import { createLogLineParser, parseHandshakeLine } from "grafana-plugin-protocol/go-plugin";

const lineBytes = 64 << 10;
const head = '{"@level":"info","@message":"m",';

suite("a log line of 64 KiB", () => {
  for (const [what, open, close] of [
    ["lists", "[", "]"],
    ["objects", '{"a":', "}"],
    ["both", '[{"":', "}]"],
  ] as const) {
    test(`a log line of 64 KiB of nested ${what} is plain text, which can be printed and cloned`, () => {
      const depth = Math.floor((lineBytes - 100) / (open.length + close.length));
      const line = `${head}"a":${open.repeat(depth)}1${close.repeat(depth)}}`;

      const record = createLogLineParser()(line);

      assert.deepEqual(record, { level: "debug", message: line, fields: {} });
      assert.deepEqual(structuredClone(record), record);
      assert.ok(JSON.stringify(record).length > line.length);
    });
  }

  test("a log line of 64 KiB that nests 99 levels is a record, also with brackets in its texts", () => {
    const line = `${head}"a":${"[".repeat(99)}"${"[".repeat(500)}\\"["${"]".repeat(99)}}`;

    assert.equal(createLogLineParser()(line).level, "info");
    assert.equal(createLogLineParser()(`${head}"a":${"[".repeat(100)}${"]".repeat(100)}}`).level, "debug");
  });

  test("a log line of 64 KiB has fields of any name, which change no prototype", () => {
    const { fields } = createLogLineParser()(`${head}"__proto__":{"polluted":1},"constructor":2}`);

    assert.equal("polluted" in fields, false);
    assert.deepEqual(Object.keys(fields), ["__proto__", "constructor"]);
  });
});

suite("the time that a line takes grows with its length", () => {
  const parse = createLogLineParser();
  const refused = (line: string): void => assert.throws(() => parseHandshakeLine(line), PluginError);
  const attacks: Readonly<Record<string, readonly [(length: number) => string, (line: string) => unknown]>> =
    {
      "a level and spaces": [(length) => `[WARN]${" ".repeat(length)}x`, parse],
      "a timestamp of digits": [
        (length) => `${head}"@timestamp":"2026-01-01T00:00:00.${"1".repeat(length)}"}`,
        parse,
      ],
      "nearly a panic": [(length) => "panic:".repeat(length / 6), parse],
      backslashes: [(length) => `${head}"a":"${"\\\\".repeat(length / 2)}`, parse],
      "open brackets": [(length) => `${head}${"[".repeat(length)}`, parse],
      "keys without end": [(length) => `${head}${'"a":'.repeat(length / 4)}`, parse],
      "bars of a handshake line": [(length) => "|".repeat(length), refused],
      "digits of a handshake line": [(length) => `1|${"1".repeat(length)}|unix|x|grpc|`, refused],
      "spaces before a handshake line": [(length) => `${" ".repeat(length)}x`, refused],
    };
  for (const [what, [make, read]] of Object.entries(attacks)) {
    test(`a line takes time in proportion to its length: ${what}`, () => {
      const costOnce = (line: string): number => {
        const start = process.cpuUsage();
        for (let times = 0; times < 20; times++) read(line);
        const { user, system } = process.cpuUsage(start);
        return user + system;
      };
      // The processor's time, and the least of several: neither other processes nor a collection of garbage count.
      const cost = (length: number): number => {
        const line = make(length);
        return Math.min(...Array.from({ length: 5 }, () => costOnce(line)));
      };
      const small = cost(lineBytes / 16);

      const large = cost(lineBytes);

      // Sixteen times the line: what is quadratic takes 256 times as long.
      assert.ok(large < small * 64 + 50_000, `${small} µs, then ${large} µs`);
    });
  }
});

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { formatLogLine } from "../../../src/go-plugin/log/format-log-line.ts";
import { type LogRecord, logLevels } from "../../../src/go-plugin/log/log-record.ts";
import { createLogLineParser } from "../../../src/go-plugin/log/parse-log-line.ts";

const time = new Date("2026-01-01T00:00:00.123Z");
const parse = (line: string): LogRecord => createLogLineParser()(line);
const plainDebug = (line: string): LogRecord => ({ level: "debug", message: line, fields: {} });

suite("a log line that a plugin writes", () => {
  test("a log line that a plugin writes is hclog's JSON with exactly six fractional digits", () => {
    const line = formatLogLine({ level: "info", message: "ready", time, fields: { port: 1, ok: true } });

    assert.equal(
      line,
      '{"@level":"info","@message":"ready","@timestamp":"2026-01-01T00:00:00.123000Z","port":1,"ok":true}',
    );
  });

  test("a log line that a plugin writes has module and caller when the record has them", () => {
    const line = formatLogLine({
      level: "warn",
      message: "m",
      time,
      module: "db",
      caller: "db.ts:7",
      fields: {},
    });

    assert.equal(
      line,
      '{"@level":"warn","@message":"m","@timestamp":"2026-01-01T00:00:00.123000Z","@module":"db","@caller":"db.ts:7"}',
    );
  });

  test("a log line that a plugin writes takes the present time when the record has none", () => {
    const line = formatLogLine({ level: "info", message: "", fields: {} });

    assert.match(line, /"@timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"/);
  });

  test("a log line that a plugin writes is one line, whatever the message and the fields hold", () => {
    const line = formatLogLine({ level: "info", message: "a\nb\r\nc", time, fields: { "k\n": "v\n" } });

    assert.doesNotMatch(line, /[\r\n]/);
  });

  test("a log line that a plugin writes keeps hclog's own keys out of the fields: a Go host crashes on one that is no string", () => {
    const line = formatLogLine({
      level: "info",
      message: "m",
      time,
      fields: { "@message": 7, "@level": {}, "@x": 1, x: 2 },
    });

    assert.deepEqual(JSON.parse(line), {
      "@level": "info",
      "@message": "m",
      "@timestamp": "2026-01-01T00:00:00.123000Z",
      x: 2,
    });
  });

  test("a log line that a plugin writes turns what JSON cannot hold into text", () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const bare = Object.assign(Object.create(null), {
      get self() {
        return this;
      },
    });
    const hostile = {
      toJSON: () => {
        throw new Error("no");
      },
      toString: () => {
        throw new Error("no");
      },
    };
    const fields = {
      big: 2n ** 70n,
      nested: { big: 1n },
      none: undefined,
      symbol: Symbol("s"),
      circular,
      bare,
      hostile,
      error: new TypeError("boom"),
      list: [1, undefined, new Error("inner")],
    };

    const seen: Record<string, unknown> = JSON.parse(
      formatLogLine({ level: "info", message: "m", time, fields }),
    );

    assert.equal(seen["big"], "1180591620717411303424");
    assert.deepEqual(seen["nested"], { big: "1" });
    assert.equal(seen["none"], "undefined");
    assert.equal(seen["symbol"], "Symbol(s)");
    assert.equal(seen["circular"], "[object Object]");
    assert.equal(typeof seen["bare"], "string");
    assert.equal(typeof seen["hostile"], "string");
    assert.match(String(seen["error"]), /^TypeError: boom\n\s+at /);
    assert.match(JSON.stringify(seen["list"]), /^\[1,null,"Error: inner/);
  });

  test("a log line that a plugin writes takes a field that is called __proto__", () => {
    const fields = Object.fromEntries([["__proto__", "x"]]);

    assert.match(formatLogLine({ level: "info", message: "m", time, fields }), /,"__proto__":"x"\}$/);
  });

  test("a log line that a plugin writes is never longer than what a host reads as one line", () => {
    const long = "\u0001é€😀\n".repeat(100_000);

    const line = formatLogLine({
      level: "error",
      message: `began ${long}`,
      module: long,
      caller: long,
      fields: { code: 7, stack: `first ${long}`, list: [long], rest: "no room" },
    });

    assert.ok(Buffer.byteLength(line) <= 65_535, String(Buffer.byteLength(line)));
    const { message, fields } = createLogLineParser()(line);
    assert.match(message, /^began .+…$/s);
    assert.equal(fields["code"], 7);
    assert.match(String(fields["stack"]), /^first .+…$/s);
  });

  test("a log line that a plugin writes keeps every text of a line that is short enough", () => {
    const record = { level: "info", message: "m".repeat(40_000), fields: { f: "f".repeat(25_000) } } as const;

    const { message, fields } = createLogLineParser()(formatLogLine(record));

    assert.deepEqual({ message, fields }, { message: record.message, fields: record.fields });
  });

  test("a log line that a plugin writes is written for a time that is none, too", () => {
    const line = formatLogLine({ level: "info", message: "m", time: new Date(Number.NaN), fields: {} });

    assert.match(line, /^\{"@level":"info","@message":"m","@timestamp":"\d{4}-/);
  });
});

suite("a log line that a host reads", () => {
  test("a log line that a host reads gives the record of hclog JSON", () => {
    const line =
      '{"@level":"info","@message":"m","@module":"a.b","@caller":"x.go:1","@timestamp":"2026-01-01T00:00:00.123456Z","k":1}';

    assert.deepEqual(parse(line), {
      level: "info",
      message: "m",
      time,
      module: "a.b",
      caller: "x.go:1",
      fields: { k: 1 },
    });
  });

  for (const stamp of [
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.000Z",
    "2026-01-01T01:00:00.000000000+01:00",
  ]) {
    test(`a log line that a host reads takes the timestamp ${stamp}`, () => {
      const { time: seen } = parse(`{"@level":"info","@message":"m","@timestamp":"${stamp}"}`);

      assert.equal(seen?.toISOString(), "2026-01-01T00:00:00.000Z");
    });
  }

  for (const [written, level] of [
    ["INFO", "info"],
    ["Warn", "warn"],
    ["trace", "trace"],
  ] as const) {
    test(`a log line that a host reads takes the level ${written}`, () => {
      assert.equal(parse(`{"@level":"${written}","@message":"m"}`).level, level);
    });
  }

  const plainLines = [
    '{"level":"info","msg":"not hclog"}',
    '{"@message":"no level"}',
    '{"@level":"warning","@message":"m"}',
    '{"@level":"fatal","@message":"m"}',
    '{"@level":3,"@message":"m"}',
    '{"@level":"info","@message":3}',
    '{"@level":"info","@message":null}',
    '{"@level":"info","@message":"m","@timestamp":17}',
    '{"@level":"info","@message":"m","@timestamp":"yesterday"}',
    '{"@level":"info","@message":"m","@timestamp":"2026-99-99T00:00:00.000000Z"}',
    '{"@level":"info","@message":"cut off',
    "{}",
    "{",
    '[{"@level":"info"}]',
    "null",
    "",
    "hello",
    " [INFO] not at the start",
    "[NOTE] no level of hclog",
  ];
  for (const line of plainLines) {
    test(`a log line that a host reads takes ${line === "" ? "an empty line" : line} for text of level debug`, () => {
      assert.deepEqual(parse(line), plainDebug(line));
    });
  }

  for (const level of logLevels) {
    test(`a log line that a host reads takes [${level.toUpperCase()}] at the start for its level`, () => {
      assert.deepEqual(parse(`[${level.toUpperCase()}] disk: full`), {
        level,
        message: "disk: full",
        fields: {},
      });
    });
  }

  test("a log line that a host reads has the message of a record empty when there is none", () => {
    assert.deepEqual(parse('{"@level":"info","k":"v"}'), {
      level: "info",
      message: "",
      time: undefined,
      module: undefined,
      caller: undefined,
      fields: { k: "v" },
    });
  });

  test("a log line that a host reads drops a module or caller that is no text", () => {
    const { module, caller } = parse('{"@level":"info","@message":"m","@module":1,"@caller":[]}');

    assert.deepEqual([module, caller], [undefined, undefined]);
  });

  test("a log line that a host reads takes a line of a megabyte", () => {
    const message = "x".repeat(1 << 20);

    assert.equal(parse(`{"@level":"info","@message":"${message}"}`).message, message);
    assert.equal(parse(message).message, message);
  });

  test("a log line that a host reads keeps a field that is called __proto__ a field", () => {
    const { fields } = parse('{"@level":"info","@message":"m","__proto__":{"polluted":true}}');

    assert.deepEqual(Object.keys(fields), ["__proto__"]);
    assert.equal(Object.getPrototypeOf(fields), Object.prototype);
    assert.equal("polluted" in {}, false);
  });

  for (const start of [
    "panic: runtime error: index out of range",
    "fatal error: all goroutines are asleep",
  ]) {
    test(`a log line that a host reads takes all plain lines for errors from "${start.slice(0, 12)}" on`, () => {
      const parseNext = createLogLineParser();

      const levels = [
        "goroutine 1 [running]:",
        start,
        "",
        "goroutine 1 [running]:",
        "[INFO] has its own level",
        '{"@level":"debug","@message":"so has this"}',
        '{"level":"foreign"}',
      ].map((line) => parseNext(line).level);

      assert.deepEqual(levels, ["debug", "error", "error", "error", "info", "debug", "error"]);
    });
  }

  test("a log line that a host reads is a record with the blanks around it that JSON allows, as for Go", () => {
    const json = '{"@level":"warn","@message":"m"}';

    for (const line of [` ${json}`, `\t\r ${json} \t`]) {
      assert.deepEqual([parse(line).level, parse(line).message], ["warn", "m"]);
    }
    assert.deepEqual(parse(`\u00a0${json}`), plainDebug(`\u00a0${json}`));
    assert.equal(parse(json.replace("warn", " WARN ")).level, "warn");
  });

  test("a log line that a host reads does not take a panic within a line for one", () => {
    const parseNext = createLogLineParser();

    assert.equal(parseNext("do not panic: all is well").level, "debug");
    assert.equal(parseNext("next").level, "debug");
  });
});

suite("any record", () => {
  const fieldName = fc.string().filter((name) => !name.startsWith("@"));
  const record: fc.Arbitrary<LogRecord> = fc.record(
    {
      level: fc.constantFrom(...logLevels),
      message: fc.string({ unit: "binary" }),
      time: fc.date({
        min: new Date("0000-01-01T00:00:00Z"),
        max: new Date("9999-12-31T23:59:59.999Z"),
        noInvalidDate: true,
      }),
      module: fc.option(fc.string(), { nil: undefined }),
      caller: fc.option(fc.string(), { nil: undefined }),
      // JSON knows no negative zero.
      fields: fc.dictionary(
        fieldName,
        fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value))),
        {
          noNullPrototype: true,
        },
      ),
    },
    { noNullPrototype: true },
  );

  test("any log record reads back as it was written", () => {
    fc.assert(
      fc.property(record, (written) => {
        assert.deepEqual(parse(formatLogLine(written)), written);
      }),
    );
  });

  test("any log record is written whatever its fields hold", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withNullPrototype: true })),
        (fields) => {
          assert.equal(parse(formatLogLine({ level: "info", message: "m", time, fields })).message, "m");
        },
      ),
    );
  });

  test("any log record comes out of any text, and parsing never throws", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc
        .jsonValue()
        .map((value) => JSON.stringify({ "@level": "info", "@message": value, "@timestamp": value })),
    );
    fc.assert(
      fc.property(text, (line) => {
        assert.equal(typeof parse(line).message, "string");
      }),
    );
  });
});

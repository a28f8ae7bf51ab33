import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { implement, type ServeOptions, servePlugin } from "grafana-plugin-protocol/plugin";
import { v2 } from "grafana-plugin-protocol/v2";
import { rejectsWithPluginError } from "../helpers/rejection.ts";

// Every one of these is refused before the process is touched, so they run in this one.
suite("servePlugin refuses", () => {
  const own = implement(v2, {});
  const wrong: Readonly<Record<string, [majors: unknown, options: unknown, words: RegExp]>> = {
    "no majors": [[], {}, /^servePlugin needs at least one major/],
    "a major twice": [[own, own], {}, /^servePlugin takes each major once, got 2, 2$/],
    "an unknown network": [[own], { network: "pipe" }, /^network must be "unix" or "tcp", got "pipe"$/],
    "a limit of 0": [
      [own],
      { limits: { maxReceiveBytes: 0 } },
      /^limits\.maxReceiveBytes must be .*, got 0$/,
    ],
    "what is no list": [own, {}, /^the majors of servePlugin must be a list, .*got an object$/],
    nothing: [undefined, {}, /^the majors of servePlugin must be a list, .*got undefined$/],
    "a major without handlers": [
      [v2],
      {},
      /^the majors of servePlugin\[0\] must be what implement\(\) gives, got a major itself: pass implement/,
    ],
    "a text as a major": [
      ["v2"],
      {},
      /^the majors of servePlugin\[0\] must be what implement\(\) gives.*got "v2"$/,
    ],
    "options that are none": [[own], 5, /^the options of servePlugin must be an object, got 5$/],
    "ownsProcess as a text": [[own], { ownsProcess: "no" }, /^ownsProcess must be true or false, got "no"$/],
    "debug as a number": [[own], { debug: 1 }, /^debug must be true or false, got 1$/],
    "a signal that is none": [[own], { signal: {} }, /^signal must be an AbortSignal, got an object$/],
    "standalone without a directory": [
      [own],
      { standalone: { pluginId: "p" } },
      /^standalone\.directory must be a string, got undefined$/,
    ],
    "standalone as a boolean": [[own], { standalone: true }, /^standalone must be an object .*got true$/],
    "buildInfo as a text": [[own], { buildInfo: "1.0" }, /^buildInfo must be an object, got "1\.0"$/],
    "stdout of another kind": [[own], { stdout: "log" }, /^stdout must be "host" or "stderr", got "log"$/],
    "an interceptor that is none": [
      [own],
      { interceptors: [5] },
      /^interceptors\[0\] must be a function, got 5$/,
    ],
    "a transport that is none": [
      [own],
      { transport: {} },
      /^transport\.dial must be a function, got undefined$/,
    ],
    "a cookie of another shape": [
      [own],
      { cookie: { key: "k" } },
      /^cookie\.values must be a list of strings/,
    ],
    "tls of another kind": [[own], { tls: {} }, /^tls must be "off" or "auto", got an object$/],
    "a limit beyond 2^31-1": [[own], { limits: { maxSendBytes: 2 ** 31 } }, /^limits\.maxSendBytes must be/],
  };
  for (const [what, [majors, options, words]] of Object.entries(wrong)) {
    test(`servePlugin refuses ${what}`, async () => {
      // What a caller without types may give.
      const serving = servePlugin(majors as [typeof own], options as ServeOptions);

      assert.match((await rejectsWithPluginError(serving, "invalid_option")).message, words);
    });
  }
});

test("implement refuses a service that the major lacks", () => {
  assert.throws(
    // @ts-expect-error v2 has no such service
    () => implement(v2, { datasource: {} }),
    {
      code: "invalid_option",
      message:
        'protocol 2 has no service "datasource", it has admission, conversion, data, diagnostics, resource, stream',
    },
  );
});

test("implement refuses what is no major, no implementation and no handler", () => {
  const wrong: readonly [major: unknown, impl: unknown, words: RegExp][] = [
    [undefined, {}, /^the major of implement must be a major, .*got undefined$/],
    ["v2", {}, /^the major of implement must be a major, .*got "v2"$/],
    [v2, undefined, /^the implementation must be an object of services, .*got undefined$/],
    [v2, { data: () => {} }, /^data must be an object of handlers, got a function$/],
    [v2, { data: { queryData: 5 } }, /^data\.queryData must be a function, got 5$/],
    [v2, { constructor: {} }, /^protocol 2 has no service "constructor"/],
    [v2, { data: { querydata: () => ({}) } }, /^data has no method "querydata": it is called "queryData"$/],
  ];
  for (const [major, impl, message] of wrong) {
    assert.throws(() => implement(major as typeof v2, impl as object), { code: "invalid_option", message });
  }
});

test("implement takes only what it is given", () => {
  const { version, services } = implement(v2, { data: { queryData: () => ({}) } });

  assert.equal(version, 2);
  assert.deepEqual(
    services.map(({ service }) => service.typeName),
    ["pluginv2.Data"],
  );
});

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
    "a limit beyond 2^31-1": [[own], { limits: { maxSendBytes: 2 ** 31 } }, /^limits\.maxSendBytes must be/],
  };
  for (const [what, [majors, options, words]] of Object.entries(wrong)) {
    test(what, async () => {
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

test("implement takes only what it is given", () => {
  const { version, services } = implement(v2, { data: { queryData: () => ({}) } });

  assert.equal(version, 2);
  assert.deepEqual(
    services.map(({ service }) => service.typeName),
    ["pluginv2.Data"],
  );
});

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { fixturePlugin } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";

/**
 * Every callback that a caller gives to the host, by the cases of the fixture. The plugin writes more than a pipe holds at
 * the end: it would stand still if nobody read on.
 */
suite("what a callback of the caller throws or rejects with is uncaught, and everything goes on", () => {
  const errors = (what: string, ...each: string[]) => each.map((one) => `Error: ${what}${one}`);
  const cases: Readonly<Record<string, { uncaught: readonly string[]; lines: readonly string[] }>> = {
    "onLog of stderr": {
      uncaught: errors("onLog ", "one", "two", "three"),
      lines: ["stderr one", "stderr two", "stderr three"],
    },
    "onLog of stdio": {
      uncaught: errors("onLog ", "one", "two", "three"),
      lines: ["stdio one", "stdio two", "stdio three"],
    },
    onStdio: { uncaught: errors("onStdio", "", "", ""), lines: ["one", "two", "three"] },
    "onLog of an attached plugin": { uncaught: [], lines: ["attached"] },
    onState: {
      uncaught: errors("onState ", "starting", "ready", "stopped"),
      lines: ["starting", "ready", "stopped"],
    },
  };
  for (const [what, expected] of Object.entries(cases)) {
    for (const how of ["throws", "rejects"]) {
      test(`${what} ${how}: the reason is uncaught, and everything goes on`, async (t) => {
        assert.deepEqual(await outcome(t, `${what} ${how}`), expected);
      });
    }
  }

  test("an abort listener of the caller's signal that throws: the reason is uncaught, and the plugin is stopped", async (t) => {
    assert.deepEqual(await outcome(t, "an abort listener of the caller's signal"), {
      uncaught: ["Error: listener"],
      lines: ["stopped"],
    });
  });
});

suite("what belongs to one call fails that call alone", () => {
  test("an interceptor that throws fails its call alone", async (t) => {
    assert.deepEqual(await outcome(t, "interceptor"), {
      uncaught: [],
      lines: ["interceptor", "next call"],
    });
  });

  test("onHeader and onTrailer of a call that throw fail that call alone", async (t) => {
    assert.deepEqual(await outcome(t, "onHeader and onTrailer of a call"), {
      uncaught: [],
      lines: ["onHeader", "onTrailer", "next call"],
    });
  });
});

async function outcome(t: Parameters<typeof privateTmp>[0], name: string): Promise<unknown> {
  await privateTmp(t);
  const { command, args } = fixturePlugin();
  const program = sourceProgram(
    new URL("fixtures/callbacks-host.ts", import.meta.url),
    name,
    command,
    ...args,
  );
  const host = runProgram(t, process.execPath, program);
  const { code } = await host.ended;
  assert.equal(code, 0, host.stderr());
  return JSON.parse(host.stdout());
}

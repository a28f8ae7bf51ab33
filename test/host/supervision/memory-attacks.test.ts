/** A supervised plugin that attacks the memory of its host. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { launchFixture } from "../../helpers/launch.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { sourceProgram } from "../../helpers/run-program.ts";
import { quick, supervised } from "./supervise.ts";

const attacker = new URL("../fixtures/attacking-plugin.ts", import.meta.url);

test("fails its own calls, is ready again when it ends, and keeps no other plugin from answering", async (t) => {
  await privateTmp(t);
  const bystander = await launchFixture(t);
  const { plugin, pid, untilState, states } = await supervised(t, {
    command: process.execPath,
    args: sourceProgram(attacker),
    restart: quick,
    limits: { maxReceiveBytes: 16 << 20, maxConnectionBytes: 64 << 20 },
  });
  let answers = 0;
  let isOver = false;
  const calling = (async () => {
    while (!isOver) {
      assert.equal(await bystander.ask("echo", "hello"), "hello");
      answers++;
    }
  })();

  /** The codes of ten calls. Those that have no end are cancelled when one of them was refused. */
  const outcomes = async (refId: string): Promise<readonly Code[]> => {
    const cancel = new AbortController();
    const calls = Array.from({ length: 10 }, () =>
      plugin.data.queryData({ queries: [{ refId }] }, { signal: cancel.signal }).then(
        () => assert.fail("an attack is no answer"),
        (reason: unknown) => {
          cancel.abort();
          return ConnectError.from(reason).code;
        },
      ),
    );
    return [...new Set(await Promise.all(calls))].filter((code) => code !== Code.Canceled);
  };
  const first = pid();

  const objects = await outcomes("objects");
  await plugin.data.queryData({});
  const unfinished = await outcomes("unfinished");
  await plugin.data.queryData({});
  const flooded = await outcomes("flood");
  // The connection has ended and is dialled again.
  await plugin.data.queryData({});
  const still = pid();
  const exited = await outcomes("exit");
  await untilState("ready", states.length);
  await plugin.data.queryData({});

  assert.deepEqual(
    [objects, unfinished, flooded, exited],
    [[Code.ResourceExhausted], [Code.ResourceExhausted], [Code.Unavailable], [Code.Unavailable]],
  );
  assert.equal(still, first);
  assert.notEqual(pid(), first);
  isOver = true;
  await calling;
  assert.ok(answers > 0);
  assert.equal(await bystander.ask("echo", "still here"), "still here");
});

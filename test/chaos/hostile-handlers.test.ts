import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../fuzz/random.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { testedTransport } from "../helpers/tested-transport.ts";
import { hostileHandlers } from "./faults/hostile-handlers.ts";
import { createLedger } from "./ledger.ts";

/** A taste of it for every run of the tests; CI takes them all. */
const calls = process.env["CI"] === undefined ? 2000 : 10_000;

test(`${calls} hostile results, errors and metadata end neither process, and each call has one end`, async (t) => {
  const { path } = await privateTmp(t);
  const ledger = createLedger();

  await hostileHandlers(calls).inject({
    random: createRandom(1, 0),
    ledger,
    goPlugin: undefined,
    directory: path,
    newName: () => "unused",
    hostOptions: { transport: testedTransport },
  });

  assert.deepEqual(ledger.count(), { calls: calls + 1, unsettled: 0, wrongCode: 0, complaints: [] });
});

/** Faults of test/chaos that break a plugin from outside, on every language's example. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { abortInStart } from "../chaos/faults/abort-in-start.ts";
import { closeInCalls, killInCalls } from "../chaos/faults/kill-in-calls.ts";
import { killInStart } from "../chaos/faults/kill-in-start.ts";
import { lostSocket } from "../chaos/faults/lost-socket.ts";
import { stopAndContinue } from "../chaos/faults/stop-and-continue.ts";
import { supervisedKills } from "../chaos/faults/supervised-kills.ts";
import { createLedger } from "../chaos/ledger.ts";
import { createRandom } from "../fuzz/random.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { testedLanguages } from "./example-plugin.ts";

const isWanted = Boolean(process.env["CI"] || process.env["TEST_LANGUAGE_CHAOS"]);
const unwanted = "each fault starts a plugin: set TEST_LANGUAGE_CHAOS=1";
const faults = [
  killInStart,
  abortInStart,
  killInCalls,
  closeInCalls,
  stopAndContinue,
  lostSocket,
  supervisedKills,
];
const times = 3;

for (const { language, example, skip } of await testedLanguages()) {
  test(`${times * faults.length} faults of the ${language.title} plugin lose no call and leave nothing`, {
    skip: skip || (isWanted ? false : unwanted),
  }, async (t) => {
    // It checks at its end that no process, no socket and no directory for sockets is left.
    const { path } = await privateTmp(t);
    const ledger = createLedger();
    let names = 0;
    let injected = 0;

    for (let time = 0; time < times; time++) {
      for (const fault of faults) {
        await fault.inject({
          random: createRandom(1, injected++),
          ledger,
          goPlugin: undefined,
          given: { plugin: example, stream: "replay/seattle" },
          directory: path,
          newName: () => `chaos-${names++}`,
          hostOptions: {},
        });
      }
    }

    const { calls, ...lost } = ledger.count();
    assert.deepEqual(lost, { unsettled: 0, wrongCode: 0, complaints: [] });
    assert.ok(calls >= injected, `expected a call or start for each of ${injected} faults, got ${calls}`);
  });
}

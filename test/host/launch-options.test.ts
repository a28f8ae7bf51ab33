import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type LaunchOptions, launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { rejectsWithPluginError } from "../helpers/rejection.ts";

suite("options", () => {
  const wrong: Readonly<Record<string, [Record<string, unknown>, RegExp]>> = {
    "an empty command": [{ command: "" }, /^command must be the path of an executable, got ""$/],
    "a command that is no text": [{ command: 7 }, /^command must be .*, got 7$/],
    "no majors": [{ protocols: [] }, /^protocols must name at least one major/],
    "a major twice": [{ protocols: [v2, v2] }, /^protocols must name each major once, got 2, 2$/],
    "version 0": [
      { protocols: [{ version: 0, services: {} }] },
      /version of a major must be a whole number from 1 to/,
    ],
    "version 1.5": [{ protocols: [{ version: 1.5, services: {} }] }, /got 1\.5$/],
    "a timeout of 0": [
      { startTimeoutMs: 0 },
      /^startTimeoutMs must be a whole number from 1 to 2147483647, got 0$/,
    ],
    "a timeout that is no number": [{ startTimeoutMs: Number.NaN }, /got NaN$/],
    "a timeout that a timer cannot hold": [{ startTimeoutMs: 2 ** 31 }, /got 2147483648$/],
    "a negative limit": [{ limits: { maxReceiveBytes: -1 } }, /^limits\.maxReceiveBytes must be/],
    "a limit beyond 2^31-1": [{ limits: { maxSendBytes: 2 ** 31 } }, /^limits\.maxSendBytes must be/],
    "a log line of no length": [{ limits: { maxLogLineBytes: 0 } }, /^limits\.maxLogLineBytes must be/],
  };
  for (const [what, [options, words]] of Object.entries(wrong)) {
    test(`${what} is refused`, async () => {
      // What a caller without types may give.
      const given = { command: process.execPath, protocols: [v2], ...options } as unknown as LaunchOptions<
        [typeof v2]
      >;

      const error = await rejectsWithPluginError(launchPlugin(given), "invalid_option");

      assert.match(error.message, words);
    });
  }
});

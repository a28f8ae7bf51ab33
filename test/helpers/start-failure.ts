import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { PluginError, PluginErrorCode } from "grafana-plugin-protocol";
import { type LaunchOptions, launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { nothingSince, ownResources } from "./own-resources.ts";
import { type PrivateTmp, privateTmp } from "./private-tmp.ts";
import { isGone, processesWith } from "./processes.ts";
import { rejectsWithPluginError } from "./rejection.ts";

/** What a test may give besides the executable. */
export type LaunchFailureOptions = Partial<LaunchOptions<readonly [typeof v2]>>;

/**
 * Launches what cannot start, and checks that nothing of it is left when the promise rejects: no process, no watchdog, no
 * directory, no descriptor.
 *
 * @param others sockets of the test's own, which have to be there still
 */
export async function startFailure(
  tmp: PrivateTmp,
  code: PluginErrorCode,
  options: LaunchFailureOptions & { readonly command: string },
  others: readonly string[] = [],
): Promise<PluginError> {
  const before = ownResources();
  const error = await rejectsWithPluginError(launchPlugin({ ...options, protocols: [v2] }), code);
  assert.deepEqual(processesWith(tmp.path), [], "no process is left at the time of the error");
  assert.deepEqual(tmp.leftovers().sort(), [...others].sort(), "no socket is left at the time of the error");
  if (error.pid !== undefined) assert.ok(isGone(error.pid));
  await nothingSince(before);
  return error;
}

/** {@link startFailure} of a shell script. */
export async function scriptFailure(
  t: TestContext,
  code: PluginErrorCode,
  script: string,
  options: LaunchFailureOptions = {},
): Promise<PluginError> {
  const tmp = await privateTmp(t);
  const command = await tmp.writeExecutable(`#!/bin/sh\n${script}\n`);
  const error = await startFailure(tmp, code, { ...options, command });
  assert.ok(error.message.includes(command), `the message names the plugin: ${error.message}`);
  return error;
}

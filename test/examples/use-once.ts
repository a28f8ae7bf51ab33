import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type LaunchOptions, launchPlugin } from "grafana-plugin-protocol/host";
import { decodeQueryData, v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";

/** Starts a plugin of examples/fast-start, queries it, and stops it; gives how it ended. */
export async function useOnce(
  t: TestContext,
  command: string,
  options: Partial<LaunchOptions<readonly [typeof v2]>> = {},
): Promise<unknown> {
  const plugin = await launchPlugin({ ...options, command, protocols: [v2] });
  atEnd(t, () => plugin.close({ graceMs: 0 }));
  const results = await decodeQueryData(await plugin.data.queryData({ queries: [{ refId: "A" }] }));
  assert.equal(results.size, 1);
  const { message } = await plugin.diagnostics.checkHealth({});
  assert.equal(message, "ready");
  await plugin.close({ graceMs: 60_000 });
  return await plugin.process.exited;
}

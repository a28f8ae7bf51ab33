import { millisecondsOption } from "../option-checks.ts";

/**
 * Returns the milliseconds that a plugin gets to exit: 0 kills it at once, `Infinity` waits.
 *
 * @param options a value that is not an object counts as absent: `process.once("SIGTERM", plugin.close)` passes the
 *   signal's name
 * @throws PluginError `invalid_option`.
 */
export function graceOption(options: { readonly graceMs?: number | undefined }, defaultMs: number): number {
  const graceMs = typeof options === "object" && options !== null ? options.graceMs : undefined;
  return millisecondsOption("graceMs", graceMs ?? defaultMs, { isZeroAllowed: true });
}

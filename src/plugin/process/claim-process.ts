import { PluginError } from "../../errors.ts";

/** A property of the process, because another copy of this package shares its stdout and its signals. */
const serving: unique symbol = Symbol.for("grafana-plugin-protocol.serving");

/**
 * Claims this process for a plugin: stdout, signals and exit can belong to only one.
 *
 * @returns releases the process
 * @throws PluginError `already_serving`.
 */
export function claimProcess(): () => void {
  if (Reflect.get(process, serving) === true) {
    throw new PluginError(
      "already_serving",
      "this process serves a plugin already, and stdout and signals can belong to one only: " +
        "give servePlugin all majors in one call, close the first plugin before (with ownsProcess: false), or start a second process",
    );
  }
  Object.defineProperty(process, serving, { value: true, configurable: true });
  return () => {
    Reflect.deleteProperty(process, serving);
  };
}

import { PluginError } from "../../errors.ts";

/** On the process itself, because another copy of this package in it shares its stdout and its signals, too. */
const serving: unique symbol = Symbol.for("grafana-plugin-protocol.serving");

/**
 * Makes this process the one of a plugin: its stdout, its signals and its end can belong to one only.
 *
 * @returns gives it free again
 * @throws PluginError `already_serving`.
 */
export function claimProcess(): () => void {
  if (Reflect.get(process, serving) === true) {
    throw new PluginError(
      "already_serving",
      "this process serves a plugin already, and stdout and signals can belong to one only: " +
        "give servePlugin all majors in one call, close the first plugin before (with exit: false), or start a second process",
    );
  }
  Object.defineProperty(process, serving, { value: true, configurable: true });
  return () => {
    Reflect.deleteProperty(process, serving);
  };
}

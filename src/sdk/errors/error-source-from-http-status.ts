import type { ErrorSource } from "../../handlers/error-source.ts";

/**
 * Statuses with which a server says that the request is wrong in its form, so that the plugin that made it is at fault.
 */
const ofPlugin: ReadonlySet<number> = new Set([405, 406, 412, 413, 414, 416, 417, 426, 431, 501]);

/** Whose fault it is that a service answered with this HTTP status, by the table of the Go SDK. */
export function errorSourceFromHttpStatus(status: number): ErrorSource {
  return ofPlugin.has(status) ? "plugin" : "downstream";
}

import { invalidOption } from "../../option-checks.ts";

/** Whether host and plugin speak TLS: never, or by go-plugin's AutoMTLS. */
export type TlsMode = "off" | "auto";

/**
 * Checks the option `tls`.
 *
 * @throws PluginError `invalid_option`.
 */
export function tlsModeOption(value: TlsMode): TlsMode {
  if (value !== "off" && value !== "auto") {
    throw invalidOption("tls", '"off" or "auto"', value);
  }
  return value;
}

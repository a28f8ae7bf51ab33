import { PluginError } from "../../errors.ts";
import { downstream } from "../errors/mark-error.ts";

/**
 * An error of what the settings page of the data source stores. Who has stored it can correct it, so it is no defect of the
 * plugin: its source is `downstream`, and it is an answer that is not logged.
 */
export function settingsError(message: string, options?: ErrorOptions): Error {
  return downstream(new PluginError("invalid_option", message, options));
}

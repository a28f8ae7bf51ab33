import { Code, ConnectError } from "@connectrpc/connect";
import { PluginError } from "../../errors.ts";
import { FrameError } from "../../frames/frame-error.ts";
import { errorSourceOf } from "../../handlers/error-source.ts";
import { hideSecretValues, secretSpellings } from "../../handlers/hide-secret-values.ts";
import type { ApiStyle } from "../gateway-options.ts";
import { HttpFailure } from "../http/http-failure.ts";
import type { Secrets } from "./secrets-of.ts";

/** Turns the failure of a call of a plugin into that of a request, by Grafana's table; other failures stay. */
export function pluginFailure(error: unknown, style: ApiStyle): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const [status, message, messageId] = style === "plutono" ? oldRow(error) : row(error);
  return new HttpFailure(status, message, { messageId, cause: error });
}

type Row = readonly [status: number, message: string, messageId?: string];

function row(error: unknown): Row {
  if (error instanceof PluginError) return [500, "Plugin unavailable", "plugin.unavailable"];
  if (error instanceof FrameError) {
    return [500, "The plugin answered with data that cannot be read", "plugin.requestFailureError"];
  }
  if (!(error instanceof ConnectError)) return [500, "Internal server error"];
  switch (error.code) {
    case Code.Unimplemented:
      return [404, "Method not implemented", "plugin.notImplemented"];
    case Code.Unavailable:
      return [
        500,
        "Data source became unavailable during request. Please try again",
        "plugin.connectionUnavailable",
      ];
    case Code.ResourceExhausted:
      return [
        500,
        "The response is too large, or the plugin has no capacity left",
        "plugin.resourceExhausted",
      ];
    case Code.Canceled:
      return [499, "Request canceled", "plugin.requestCanceled"];
    case Code.DeadlineExceeded:
      return [504, "The plugin did not answer in time", "plugin.requestTimeout"];
    default:
      return errorSourceOf(error) === "downstream"
        ? [500, "An error occurred within the plugin", "plugin.downstreamError"]
        : [500, "An error occurred within the plugin", "plugin.requestFailureError"];
  }
}

/** The answers of a Plutono, which distinguishes fewer cases. */
function oldRow(error: unknown): Row {
  if (error instanceof PluginError) return [503, "Plugin unavailable"];
  if (error instanceof ConnectError && error.code === Code.Unimplemented) return [404, "Not found"];
  if (error instanceof ConnectError && error.code === Code.DeadlineExceeded) {
    return [504, "The plugin did not answer in time"];
  }
  if (error instanceof ConnectError && error.code === Code.Unavailable) return [503, "Plugin unavailable"];
  return [500, "Plugin request failed"];
}

/** The reason for an entry of a result, where others have answered, without secrets. */
export function failureText(error: unknown, secrets: Secrets): string {
  const text =
    error instanceof ConnectError
      ? error.rawMessage
      : error instanceof Error
        ? error.message
        : "the data source failed";
  return withoutSecrets(text === "" ? "the data source failed" : text, secrets);
}

/** A text in which the values of secrets are replaced. */
export function withoutSecrets(text: string, secrets: Secrets): string {
  return hideSecretValues(text, secretSpellings(secrets));
}

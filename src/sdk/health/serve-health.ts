import { CheckHealthResponse_HealthStatus as Status } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { messageOf } from "../../errors.ts";
import { errorSourceOf } from "../../handlers/error-source.ts";
import { hideSecretValues, secretsOfRequest } from "../../handlers/hide-secret-values.ts";
import { isThenable } from "../../handlers/is-thenable.ts";
import { functionOption } from "../../option-checks.ts";
import type { PluginImpl } from "../../protocol.ts";
import type { V2 } from "../../v2/v2.ts";
import { type CallSource, contextOf, plainCalls, withCall } from "../call/call-source.ts";
import type { HandlerCall } from "../call/handler-call.ts";
import { isDownstream } from "../errors/classify-error.ts";

/** The result of a health check, which hosts show as the result of "Save & test". */
export interface HealthResult {
  readonly status: "error" | "ok" | "unknown";
  /** Shown to the user. Default: empty. */
  readonly message?: string | undefined;
  /** More for the frontend, a JSON object: Grafana shows its `verboseMessage`. Default: none. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Checks whether an instance works. What it throws is the result `error` with its message. */
export type HealthHandler<Instance = undefined, Settings = undefined> = (
  call: HandlerCall<Instance, Settings>,
) => HealthResult | Promise<HealthResult>;

/** The handler `checkHealth` of the service `diagnostics`. */
export interface HealthHandlers
  extends Required<Pick<NonNullable<PluginImpl<V2>["diagnostics"]>, "checkHealth">> {}

const statuses: Readonly<Record<HealthResult["status"], Status>> = {
  error: Status.ERROR,
  ok: Status.OK,
  unknown: Status.UNKNOWN,
};

/**
 * Answers `checkHealth`. An instance that cannot be created, and an exception of the handler, are the status ERROR with
 * the message, as in the Go SDK: hosts show it to the user, and hide the text of a call that fails.
 *
 * @throws PluginError `invalid_option`
 */
export function serveHealth<Instance = undefined, Settings = undefined>(
  check: HealthHandler<Instance, Settings>,
  options: { readonly instances?: CallSource<Instance, Settings> | undefined } = {},
): HealthHandlers {
  functionOption("health", check);
  const source = (options.instances ?? plainCalls) as CallSource<Instance, Settings>;
  return {
    checkHealth(request, context) {
      const fail = (reason: unknown) => {
        context.signal.throwIfAborted();
        // An error with a source is an answer, as everywhere; the failure of a creation has been logged.
        // So is one that is not the plugin's fault, such as that of a server that is away.
        if (errorSourceOf(reason) === undefined && !isDownstream(reason)) {
          contextOf(request, context).log.error("the health check failed", { error: reason });
        }
        return {
          status: Status.ERROR,
          message: hideSecretValues(messageOf(reason), secretsOfRequest(request)) || noMessage,
        };
      };
      try {
        const result = withCall(source, request, context, check);
        return isThenable(result) ? result.then(encodeHealth).catch(fail) : encodeHealth(result);
      } catch (reason) {
        return fail(reason);
      }
    },
  };
}

const noMessage = "the health check failed without a message";

function encodeHealth(result: HealthResult) {
  const { status, message = "", details } = result ?? {};
  if (!Object.hasOwn(statuses, status)) {
    throw new TypeError(
      `health: expected { status: "ok" | "error" | "unknown" }, got the status ${JSON.stringify(status)}`,
    );
  }
  return {
    status: statuses[status],
    message: String(message),
    ...(details === undefined ? {} : { jsonDetails: encodeDetails(details) }),
  };
}

function encodeDetails(details: unknown): Uint8Array {
  // Hosts take nothing but an object.
  if (typeof details === "object" && details !== null && !Array.isArray(details)) {
    return new TextEncoder().encode(JSON.stringify(details));
  }
  throw new TypeError(
    `health: expected an object as details, got ${Array.isArray(details) ? "a list" : typeof details}`,
  );
}

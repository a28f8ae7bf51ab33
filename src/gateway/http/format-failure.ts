import type { ApiStyle } from "../gateway-options.ts";
import { valueAnswer } from "./answers.ts";
import type { Answer } from "./http-call.ts";
import type { HttpFailure } from "./http-failure.ts";

/** The reasons of Kubernetes for statuses. */
const reasons: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  406: "NotAcceptable",
  409: "Conflict",
  413: "RequestEntityTooLarge",
  415: "UnsupportedMediaType",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** Writes a failure as the API does that was called: Grafana's `/api`, its `/apis` (a `Status` of Kubernetes), or Plutono's. */
export function formatFailure(
  { status, message, messageId, headers }: HttpFailure,
  { path, style, traceId }: { readonly path: string; readonly style: ApiStyle; readonly traceId: string },
): Answer {
  const answer = path.startsWith("/apis/")
    ? valueAnswer(status, {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message,
        reason: reasons[status] ?? "Unknown",
        code: status,
      })
    : style === "plutono" || messageId === undefined
      ? valueAnswer(status, { message })
      : valueAnswer(status, { message, messageId, statusCode: status, traceID: traceId });
  // Plutono's middleware for log-ins spells the type in its own way.
  const type =
    style === "plutono" && status === 401 ? { "Content-Type": "application/json; charset=UTF-8" } : {};
  return { ...answer, headers: { ...answer.headers, ...type, ...headers } };
}

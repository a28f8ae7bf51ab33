import { isError } from "../../errors.ts";
import { defectOf } from "../../handlers/defect.ts";
import { errorKinds } from "./error-kind.ts";

/** How a call ended, by the names that the Go SDK has in metrics, spans and logs. */
export type RequestStatus = "cancelled" | "error" | "ok";

/** What Go, Connect and the platform write when a call is cancelled. */
const cancelledText = /context canceled|code = Canceled|\[canceled\]|operation was aborted/;

/**
 * How a call ended.
 *
 * @param outcome what the handler threw, or its answer. The answer of a query call is as bad as its worst query; any
 *   other answer, and `undefined`, is `ok`.
 */
export function requestStatusOf(outcome: unknown): RequestStatus {
  if (outcome === undefined || outcome === null) return "ok";
  if (isError(outcome) || typeof outcome !== "object") return statusOf(outcome);
  const { responses } = outcome as { readonly responses?: unknown };
  if (typeof responses !== "object" || responses === null) return "ok";
  let worst: RequestStatus = "ok";
  for (const entry of Object.values(responses)) {
    const status = statusOfEntry(entry);
    if (status === "error") return status;
    if (status === "cancelled") worst = status;
  }
  return worst;
}

function statusOf(reason: unknown): RequestStatus {
  return errorKinds(reason).includes("cancelled") ? "cancelled" : "error";
}

function statusOfEntry(entry: unknown): RequestStatus {
  const { error } = (entry ?? {}) as { readonly error?: unknown };
  if (typeof error !== "string" || error === "") return "ok";
  const defect = defectOf(entry);
  if (defect !== undefined) return statusOf(defect.reason);
  return cancelledText.test(error) ? "cancelled" : "error";
}

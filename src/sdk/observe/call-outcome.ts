import { ConnectError } from "@connectrpc/connect";
import { messageOf } from "../../errors.ts";
import { defectOf } from "../../handlers/defect.ts";
import { declaredSource, type ErrorSource, errorSourceOf } from "../../handlers/error-source.ts";
import { toHttpStatus } from "../../v2/responses/http-status.ts";
import { errorKinds } from "../errors/error-kind.ts";
import { isCancelledText, type RequestStatus } from "../errors/request-status-of.ts";

/** A query of a call that failed. */
export interface QueryFailure {
  readonly refId: string;
  /** The HTTP status of its answer. */
  readonly status: number;
  readonly error: string;
  readonly source: ErrorSource;
}

/** How a call ended. */
export interface CallOutcome {
  /** Of the call, or the worst of its queries. */
  readonly status: RequestStatus;
  /** `plugin` also for a call without an error, and where some queries failed by the plugin, as in the Go SDK. */
  readonly source: ErrorSource;
  /** The exception of the handler, or the reason why the call was cancelled; `undefined` without one. */
  readonly error: unknown;
  /** The failed queries of an answer of `queryData` or `queryChunkedData`. */
  readonly failures: readonly QueryFailure[];
  /** Messages of the answer. */
  readonly messages: number;
  /** From the beginning of the handler to its end, in milliseconds. */
  readonly durationMs: number;
}

/** Returns whose fault an exception is; `undefined` if it cannot decide. */
export type ClassifySource = (error: unknown) => ErrorSource | undefined;

/** A part of an answer that belongs to a query: an entry of `responses`, or a chunk. */
export interface QueryPart {
  readonly error?: string | undefined;
  readonly status?: number | undefined;
  readonly errorSource?: string | undefined;
}

/**
 * The source of an exception: its own (`QueryError`, `downstream`, the details of a status), else `downstream` for
 * cancelled calls and timeouts, as in the Go SDK.
 */
export function sourceOfError(error: unknown): ErrorSource | undefined {
  const hasEnded = errorKinds(error).some((kind) => kind === "cancelled" || kind === "timeout");
  return errorSourceOf(error) ?? (hasEnded ? "downstream" : undefined);
}

/** Reads the failure of a query from its answer; `undefined` without one. */
export function failureOf(
  refId: string,
  part: QueryPart | undefined,
  sourceOf: ClassifySource,
): QueryFailure | undefined {
  if (part === undefined || part === null || !part.error) return undefined;
  const { error, status = 0 } = part;
  const reason = defectOf(part)?.reason;
  const source =
    declaredSource(part) ??
    (reason === undefined ? undefined : sourceOf(reason)) ??
    (isCancelledText(error) ? "downstream" : "plugin");
  return { refId, status: toHttpStatus(status), error, source };
}

/** The worst status of the failed queries, by their texts, as hosts in Go read it. */
export function statusOfFailures(failures: readonly QueryFailure[]): RequestStatus {
  if (failures.length === 0) return "ok";
  return failures.every(({ error }) => isCancelledText(error)) ? "cancelled" : "error";
}

/** `downstream` where every failed query failed downstream. */
export function sourceOfFailures(failures: readonly QueryFailure[]): ErrorSource {
  return failures.length > 0 && failures.every(({ source }) => source === "downstream")
    ? "downstream"
    : "plugin";
}

/** The text of an exception for logs and spans; without the code that `ConnectError` puts before its message. */
export function textOfError(error: unknown): string {
  try {
    if (error instanceof ConnectError) return error.rawMessage;
  } catch {
    // A proxy that throws for the check.
  }
  return messageOf(error);
}

import type { HandlerContext } from "@connectrpc/connect";
import type { LogRecord } from "../../go-plugin/log/log-record.ts";
import { defectOf } from "../../handlers/defect.ts";
import { hideSecretValues, secretsOfRequest } from "../../handlers/hide-secret-values.ts";
import { stackOf } from "../../handlers/stack-of.ts";

/** Receives the lines that a plugin logs. */
export type LogTo = (record: LogRecord) => void;

/** Logs each query of a `QueryDataResponse` that failed because of a defect. */
export function reportDefects(answer: unknown, request: unknown, context: HandlerContext, log: LogTo): void {
  const { responses } = (answer ?? {}) as { readonly responses?: Readonly<Record<string, unknown>> };
  if (typeof responses !== "object" || responses === null) return;
  for (const refId in responses) reportDefect(refId, responses[refId], request, context, log);
}

/**
 * Logs the exception behind a part of an answer, if there is one. An exception after the call was cancelled is not a
 * defect. Secrets of the request are replaced: an error of a client may quote a token.
 */
export function reportDefect(
  refId: string,
  part: unknown,
  request: unknown,
  context: HandlerContext,
  log: LogTo,
): void {
  const defect = defectOf(part);
  if (defect === undefined || context.signal.aborted) return;
  const rpc = `${context.service.typeName}/${context.method.name}`;
  const error = hideSecretValues(stackOf(defect.reason), secretsOfRequest(request));
  log({ level: "error", message: "query failed", fields: { rpc, refId, error } });
}

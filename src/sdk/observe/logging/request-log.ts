import type { LogFields, Logger } from "../../../plugin/create-logger.ts";
import type { CallObserver } from "../call-observer.ts";
import { textOfError } from "../call-outcome.ts";
import { readPropagation } from "../tracing/otlp-settings.ts";
import type { Propagation } from "../tracing/trace-context.ts";
import { goDuration } from "./go-duration.ts";
import { loggerOfCall } from "./logger-of-call.ts";

export interface RequestLogOptions {
  /** Where the lines go; `createLogger()` for the log of the host. */
  readonly log: Logger;
  /** Formats of trace headers. Default: those of `GF_INSTANCE_OTLP_PROPAGATION`, else W3C Trace Context. */
  readonly propagation?: readonly Propagation[] | undefined;
}

/**
 * Logs each call under the texts and names of the Go SDK:
 *
 * - `Plugin Request Started` at level debug;
 * - `Partial data response error` at level error for each failed query, with `refID`, `status`, `error`, `statusSource`;
 * - `Plugin Request Completed` with `status` (`ok`, `cancelled`, `error`), `duration`, `error` and `statusSource`, at
 *   level error for the status `error`, else info.
 *
 * Each line has the fields of `loggerOfCall`.
 */
export function requestLog({
  log,
  propagation = readPropagation(),
}: RequestLogOptions): CallObserver<Logger> {
  return {
    onBegin: (call) => {
      const ofCall = loggerOfCall(log, call, propagation);
      ofCall.debug("Plugin Request Started");
      return ofCall;
    },
    onEnd: (_call, { status, source, error, failures, durationMs }, ofCall) => {
      for (const failure of failures) {
        ofCall.error("Partial data response error", {
          refID: failure.refId,
          status: failure.status,
          error: failure.error,
          statusSource: failure.source,
        });
      }
      const fields: LogFields = {
        status,
        duration: goDuration(durationMs),
        ...(error === undefined ? {} : { error: textOfError(error) }),
        statusSource: source,
      };
      if (status === "error") ofCall.error("Plugin Request Completed", fields);
      else ofCall.info("Plugin Request Completed", fields);
    },
  };
}

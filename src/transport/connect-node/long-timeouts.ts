import type { IncomingHttpHeaders } from "node:http";
import { Code, type Transport } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";
import { startTimer, stopTimer } from "../../timer.ts";
import { callTimeout } from "../call-timeout.ts";
import { formatTimeout, parseTimeout } from "../grpc-timeout.ts";
import { watchMessages } from "../watch-messages.ts";
import { withMessages } from "../with-messages.ts";

/** Longer times need another unit in `grpc-timeout`, which connect-node does not support. */
const longestWrittenMs = 99_999_999;

/** The longest delay of Node's timers, which connect-node uses: they treat a longer one as 1 ms. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Adds timeouts of any length to a transport: connect-node writes those beyond 27 hours, and fractions, in a form that
 * other servers refuse, and calls with timeouts beyond 24 days fail at once.
 */
export function takeLongTimeouts(transport: Transport): Transport {
  return {
    async unary(method, signal, timeoutMs, header, input, contextValues) {
      const limitMs = callTimeout(timeoutMs);
      if (limitMs === undefined || limitMs <= longestWrittenMs) {
        const wholeMs = limitMs === undefined ? undefined : Math.ceil(limitMs);
        return transport.unary(method, signal, wholeMs, header, input, contextValues);
      }
      const limit = startLimit(limitMs, signal, header);
      try {
        return await transport.unary(method, limit.signal, undefined, limit.header, input, contextValues);
      } finally {
        limit.stop();
      }
    },
    async stream(method, signal, timeoutMs, header, input, contextValues) {
      const limitMs = callTimeout(timeoutMs);
      if (limitMs === undefined || limitMs <= longestWrittenMs) {
        const wholeMs = limitMs === undefined ? undefined : Math.ceil(limitMs);
        return transport.stream(method, signal, wholeMs, header, input, contextValues);
      }
      const { signal: either, header: withTimeout, stop } = startLimit(limitMs, signal, header);
      try {
        const response = await transport.stream(method, either, undefined, withTimeout, input, contextValues);
        // A reader that aborts the call does not ask for more.
        either.addEventListener("abort", stop, { once: true });
        return withMessages(response, watchMessages(response.message, { onOver: stop }));
      } catch (reason) {
        stop();
        throw reason;
      }
    },
  };
}

/** A deadline that this side enforces, with the header that sends it to the other side. */
function startLimit(
  ms: number,
  signal: AbortSignal | undefined,
  header: HeadersInit | undefined,
): { readonly signal: AbortSignal; readonly header: Headers; readonly stop: () => void } {
  const controller = new AbortController();
  const timer = startTimer(ms, () =>
    controller.abort(rpcError("the operation timed out", Code.DeadlineExceeded)),
  );
  timer.unref();
  const withTimeout = new Headers(header);
  withTimeout.set("grpc-timeout", formatTimeout(ms));
  return {
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
    header: withTimeout,
    stop: () => stopTimer(timer),
  };
}

/**
 * Removes timeouts that connect-node cannot represent from a request: it would end the call at once. The caller still
 * enforces its own deadline.
 */
export function dropLongTimeouts(headers: IncomingHttpHeaders): void {
  const grpc = parseTimeout(String(headers["grpc-timeout"] ?? "")) ?? 0;
  if (grpc > longestTimerMs) delete headers["grpc-timeout"];
  // The header of the Connect protocol.
  const connect = Number(headers["connect-timeout-ms"] ?? 0);
  if (connect > longestTimerMs) delete headers["connect-timeout-ms"];
}

import { Code, type ConnectError, type Transport } from "@connectrpc/connect";
import type { PluginError } from "../../errors.ts";
import { rpcError } from "../../rpc-error.ts";
import { callTimeout } from "../../transport/call-timeout.ts";
import type { ResolvedSuperviseOptions } from "./supervise-options.ts";
import { createWaitingCalls } from "./waiting-calls.ts";

/** A transport whose target can be replaced while clients use it. */
export interface SwitchingTransport {
  readonly transport: Transport;
  /** Sends waiting and later calls to this transport. */
  readonly switchTo: (transport: Transport) => void;
  /** Makes calls wait from now on. */
  readonly hold: (reason: PluginError) => void;
  /** Fails waiting and later calls, until the next `switchTo` or `hold`. */
  readonly fail: (reason: PluginError) => void;
  /** As {@link fail}, but final. */
  readonly close: (reason: PluginError) => void;
}

/** A call is sent once, to one target. It is never sent again. */
export function createSwitchingTransport(
  { waitMs, maxWaiting }: ResolvedSuperviseOptions["callsWhileDown"],
  firstTarget: Transport,
): SwitchingTransport {
  const waiting = createWaitingCalls();
  let target: Transport | undefined = firstTarget;
  let reason: PluginError | undefined;
  let mayWait = waitMs > 0;
  let isClosed = false;

  const notReady = (text: string): ConnectError => {
    const message = `${text}, the call was not sent: ${reason?.message}`;
    return rpcError(message, Code.Unavailable, { cause: reason });
  };
  const routeLater: RouteLater = async (signal, timeoutMs, send) => {
    if (!mayWait) throw notReady("the plugin is not ready");
    if (waiting.size >= maxWaiting) throw notReady(`${maxWaiting} calls wait for the plugin already`);
    const deadlineMs = callTimeout(timeoutMs);
    const start = performance.now();
    const isOverFirst = deadlineMs !== undefined && deadlineMs <= waitMs;
    const next = await waiting.wait(signal, isOverFirst ? deadlineMs : waitMs, () =>
      isOverFirst
        ? rpcError("the operation timed out before it was sent", Code.DeadlineExceeded)
        : notReady(`the plugin was not ready within ${waitMs} ms`),
    );
    // Timeouts on the wire are whole numbers.
    const waitedMs = Math.floor(performance.now() - start);
    return send(next, deadlineMs === undefined ? timeoutMs : Math.max(1, deadlineMs - waitedMs));
  };

  const fail = (why: PluginError): void => {
    if (isClosed) return;
    target = undefined;
    reason = why;
    mayWait = false;
    waiting.refuse(() => notReady("the plugin is not ready"));
  };
  return {
    transport: forwardTo(() => target, routeLater),
    switchTo: (transport) => {
      if (isClosed) return;
      target = transport;
      waiting.release(transport);
    },
    hold: (why) => {
      if (isClosed) return;
      target = undefined;
      reason = why;
      mayWait = waitMs > 0;
    },
    fail,
    close: (why) => {
      fail(why);
      isClosed = true;
    },
  };
}

/** Sends a call when there is a target, with what is left of its time. */
type RouteLater = <T>(
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
  send: (transport: Transport, timeoutMs: number | undefined) => Promise<T>,
) => Promise<T>;

/** A transport over the current target. While there is one, a call costs the same as without supervision. */
function forwardTo(current: () => Transport | undefined, routeLater: RouteLater): Transport {
  return {
    unary: (method, signal, timeoutMs, header, input, contextValues) => {
      const target = current();
      return target !== undefined
        ? target.unary(method, signal, timeoutMs, header, input, contextValues)
        : routeLater(signal, timeoutMs, (to, leftMs) =>
            to.unary(method, signal, leftMs, header, input, contextValues),
          );
    },
    stream: (method, signal, timeoutMs, header, input, contextValues) => {
      const target = current();
      return target !== undefined
        ? target.stream(method, signal, timeoutMs, header, input, contextValues)
        : routeLater(signal, timeoutMs, (to, leftMs) =>
            to.stream(method, signal, leftMs, header, input, contextValues),
          );
    },
  };
}

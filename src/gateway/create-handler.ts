import { messageOf } from "../errors.ts";
import { startTimer, stopTimer } from "../timer.ts";
import { withoutSecrets } from "./calls/plugin-failure.ts";
import type { GatewayCore } from "./gateway-core.ts";
import type { Guard } from "./http/create-guard.ts";
import type { Match } from "./http/create-router.ts";
import { formatFailure } from "./http/format-failure.ts";
import type { Answer, HttpCall } from "./http/http-call.ts";
import { HttpFailure } from "./http/http-failure.ts";
import { readTrace } from "./observe/request-trace.ts";

/** Answers requests. Never rejects. */
export interface Handler {
  readonly handle: (call: HttpCall) => Promise<Answer>;
  /** Requests that are being answered, bodies included. */
  readonly inFlight: () => number;
  /** Resolves when none is, or when the signal is aborted. New ones are refused from the call on. */
  readonly drain: (signal: AbortSignal) => Promise<void>;
}

/** What the handler needs beside the core. */
interface HandlerParts {
  readonly guard: Guard;
  readonly route: (method: string, path: string) => Match | undefined;
  /** Ends every request: the gateway is closed for good. */
  readonly ended: AbortSignal;
}

export function createHandler(core: GatewayCore, { guard, route, ended }: HandlerParts): Handler {
  const { settings, metrics } = core;
  const { limits, style, log } = settings;
  let inFlight = 0;
  let isDraining = false;
  let onIdle = (): void => {};
  const leave = (): void => {
    inFlight--;
    if (inFlight === 0) onIdle();
  };

  const handle = async (call: HttpCall): Promise<Answer> => {
    const began = performance.now();
    const trace = readTrace(call.header("traceparent"), call.header("tracestate"));
    inFlight++;
    const abort = abortWith(call.signal, ended, limits.timeoutMs);
    let pattern = "other";
    let answer: Answer;
    let failure: HttpFailure | undefined;
    try {
      if (isDraining) throw busy("the gateway is shutting down");
      if (inFlight > limits.maxConcurrentRequests) throw busy("too many requests are in flight");
      const preflight = guard.preflight(call);
      if (preflight !== undefined) {
        pattern = "preflight";
        answer = preflight;
      } else {
        answer = await answerRoute();
      }
    } catch (error) {
      failure = toFailure(error, abort.hasTimedOut());
      answer = formatFailure(failure, { path: call.path, style, traceId: trace.traceId });
    }
    abort.stopTimer();
    const ms = performance.now() - began;
    metrics.answered(pattern, call.method, answer.status, ms / 1000);
    const { status } = answer;
    log({
      // 501 is what a client asked for in vain, not a failure.
      level: status >= 500 && status !== 501 ? "error" : "info",
      message: "request completed",
      fields: {
        method: call.method,
        path: call.path,
        route: pattern,
        status,
        durationMs: Math.round(ms * 1000) / 1000,
        traceId: trace.traceId,
        ...(failure === undefined ? {} : { error: reasonOf(failure, core) }),
      },
    });
    return {
      status,
      headers: {
        "Cache-Control": style === "plutono" ? "no-cache" : "no-store",
        "X-Content-Type-Options": "nosniff",
        ...answer.headers,
        ...guard.headersFor(call),
        "Grafana-Trace-Id": trace.traceId,
      },
      body: finishedBody(answer),
    };

    async function answerRoute(): Promise<Answer> {
      let match: Match | undefined;
      let unknown: unknown;
      try {
        match = route(call.method, call.path);
      } catch (error) {
        unknown = error;
      }
      // Who may not call does not learn which paths there are.
      guard.check(call, {
        isPublic: match?.route.isPublic === true,
        hasQueryToken: match?.route.hasQueryToken === true,
      });
      if (unknown !== undefined) throw unknown;
      if (match === undefined) throw new HttpFailure(404, "Not found");
      pattern = match.route.pattern;
      const { params, rest } = match;
      return match.route.handle({
        method: call.method,
        path: call.path,
        query: call.query,
        header: (name) => call.header(name),
        headers: () => call.headers(),
        body: (maxBytes) => call.body(maxBytes),
        signal: abort.signal,
        remoteAddress: call.remoteAddress,
        params,
        rest,
        trace,
      });
    }

    /** The request is in flight until its body has been read. */
    function finishedBody({ body, isLive = false }: Answer): Answer["body"] {
      if (isLive) leave();
      const end = (isLeft: boolean): void => {
        abort.release(isLeft);
        if (!isLive) leave();
      };
      if (typeof body === "string" || body instanceof Uint8Array) {
        end(false);
        return body;
      }
      return withEnd(body, end);
    }
  };

  return {
    handle,
    inFlight: () => inFlight,
    drain: async (signal) => {
      isDraining = true;
      if (inFlight === 0 || signal.aborted) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    },
  };
}

function busy(why: string): HttpFailure {
  return new HttpFailure(503, `${why}: try again`, { headers: { "Retry-After": "1" } });
}

function toFailure(error: unknown, hasTimedOut: boolean): HttpFailure {
  if (hasTimedOut) return new HttpFailure(504, "The request took too long", { cause: error });
  if (error instanceof HttpFailure) return error;
  return new HttpFailure(500, "Internal server error", { cause: error });
}

/** For the log: what a plugin said is there, and not in the answer; without the secrets that it may have. */
function reasonOf({ message, cause }: HttpFailure, { sources }: GatewayCore): string {
  if (cause === undefined) return message;
  return sources
    .all()
    .reduce(
      (text, source) => withoutSecrets(text, source.settings().decryptedSecureJsonData),
      `${message}: ${messageOf(cause)}`,
    );
}

/** A body that calls `onEnd` once, when it was read or left. */
function withEnd(
  body: AsyncIterable<string | Uint8Array>,
  onEnd: (isLeft: boolean) => void,
): AsyncIterable<string | Uint8Array> {
  const parts = body[Symbol.asyncIterator]();
  let isOver = false;
  const end = (isLeft: boolean): void => {
    if (isOver) return;
    isOver = true;
    onEnd(isLeft);
  };
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        try {
          const next = await parts.next();
          if (next.done === true) end(false);
          return next;
        } catch (error) {
          end(false);
          throw error;
        }
      },
      return: async () => {
        end(true);
        await parts.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}

/** One signal of three reasons to stop. `AbortSignal.any` would keep the request alive as long as the gateway. */
function abortWith(
  client: AbortSignal,
  ended: AbortSignal,
  timeoutMs: number,
): {
  readonly signal: AbortSignal;
  readonly hasTimedOut: () => boolean;
  readonly stopTimer: () => void;
  /** @param isLeft ends a call of a plugin whose answer has no reader any more */
  readonly release: (isLeft: boolean) => void;
} {
  const controller = new AbortController();
  let hasTimedOut = false;
  const onClient = (): void => controller.abort(client.reason);
  const onEnded = (): void => controller.abort(ended.reason);
  client.addEventListener("abort", onClient);
  ended.addEventListener("abort", onEnded);
  if (client.aborted) onClient();
  if (ended.aborted) onEnded();
  const timer = startTimer(timeoutMs, () => {
    hasTimedOut = true;
    controller.abort(new DOMException("the request took too long", "TimeoutError"));
  });
  return {
    signal: controller.signal,
    hasTimedOut: () => hasTimedOut,
    stopTimer: () => stopTimer(timer),
    release: (isLeft) => {
      stopTimer(timer);
      client.removeEventListener("abort", onClient);
      ended.removeEventListener("abort", onEnded);
      if (isLeft) controller.abort(new DOMException("the answer is not read any more", "AbortError"));
    },
  };
}

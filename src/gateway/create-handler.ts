import { startTimer, stopTimer } from "../timer.ts";
import type { GatewayCore } from "./gateway-core.ts";
import { busy } from "./http/busy.ts";
import type { Guard } from "./http/create-guard.ts";
import type { Match } from "./http/create-router.ts";
import { formatFailure } from "./http/format-failure.ts";
import { HandledCall } from "./http/handled-call.ts";
import type { Answer, BodyPart, HttpCall } from "./http/http-call.ts";
import { HttpFailure, toHttpFailure } from "./http/http-failure.ts";
import { isIterated } from "./http/is-iterated.ts";
import { logAnswer } from "./log-answer.ts";
import { createRandomHex } from "./observe/random-hex.ts";
import { readTrace } from "./observe/request-trace.ts";
import { untilAborted } from "./until-aborted.ts";

/** Answers requests. Never rejects. */
export interface Handler {
  readonly handle: (call: HttpCall) => Promise<Answer>;
  /** Requests that are being answered, bodies included. */
  readonly inFlight: () => number;
  /** Resolves when none is, or when the signal is aborted. New ones are refused from the call on. */
  readonly drain: (signal: AbortSignal) => Promise<void>;
  /** Ends every request: the gateway is closed for good. */
  readonly end: () => void;
}

/** What the handler needs beside the core. */
interface HandlerParts {
  readonly guard: Guard;
  readonly route: (method: string, path: string) => Match | undefined;
}

export function createHandler(core: GatewayCore, { guard, route }: HandlerParts): Handler {
  const { settings, metrics } = core;
  const { limits, style } = settings;
  const randomHex = createRandomHex();
  const running = new Set<HandledCall>();
  /** With bodies that have no end of their own. */
  const lasting = new Set<HandledCall>();
  let isDraining = false;
  let onIdle = (): void => {};
  const leave = (call: HandledCall): void => {
    if (running.delete(call) && running.size === 0) onIdle();
  };
  const common = {
    "Cache-Control": style === "plutono" ? "no-cache" : "no-store",
    "X-Content-Type-Options": "nosniff",
  };

  const handle = async (given: HttpCall): Promise<Answer> => {
    const began = performance.now();
    const trace = readTrace(given.header("traceparent"), given.header("tracestate"), randomHex);
    const call = new HandledCall(given, trace);
    running.add(call);
    let hasTimedOut = false;
    const timer = startTimer(limits.timeoutMs, () => {
      hasTimedOut = true;
      call.abort("the request took too long", "TimeoutError");
    });
    let pattern = "other";
    let answer: Answer;
    let failure: HttpFailure | undefined;
    try {
      if (isDraining) throw busy("the gateway is shutting down");
      if (running.size > limits.maxConcurrentRequests) throw busy("too many requests are in flight");
      const preflight = guard.preflight(call);
      if (preflight !== undefined) {
        pattern = "preflight";
        answer = preflight;
      } else {
        answer = await answerRoute();
      }
    } catch (error) {
      failure = toFailure(error, hasTimedOut);
      // A plugin may go on with an answer that is not used.
      call.abort("the request has failed", "AbortError");
      answer = formatFailure(failure, { path: call.path, style, traceId: trace.traceId });
    }
    stopTimer(timer);
    const ms = performance.now() - began;
    const { status } = answer;
    metrics.answered(pattern, call.method, status, ms / 1000);
    if (settings.hasLog) {
      const { method, path } = call;
      logAnswer(core, { method, path, route: pattern, status, ms, traceId: trace.traceId, failure });
    }
    return {
      status,
      headers: {
        ...common,
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
      call.match = match;
      return match.route.handle(call);
    }

    /** The request is in flight until its body has been read. */
    function finishedBody({ body, isLive = false }: Answer): Answer["body"] {
      if (isLive) {
        lasting.add(call);
        leave(call);
      }
      const end = (isLeft: boolean): void => {
        // Ends a call of a plugin whose answer has no reader any more.
        if (isLeft) call.abort("the answer is not read any more", "AbortError");
        lasting.delete(call);
        leave(call);
      };
      if (isIterated(body)) return withEnd(body, end);
      end(false);
      return body;
    }
  };

  return {
    handle,
    inFlight: () => running.size,
    drain: async (signal) => {
      isDraining = true;
      if (running.size === 0) return;
      const idle = new Promise<void>((resolve) => {
        onIdle = resolve;
      });
      await Promise.race([idle, untilAborted(signal)]);
    },
    end: () => {
      for (const call of [...running, ...lasting]) call.abort("the gateway was closed", "AbortError");
    },
  };
}

function toFailure(error: unknown, hasTimedOut: boolean): HttpFailure {
  if (hasTimedOut) return new HttpFailure(504, "The request took too long", { cause: error });
  return toHttpFailure(error);
}

/** A body that calls `onEnd` once, when it was read or left. */
function withEnd(body: AsyncIterable<BodyPart>, onEnd: (isLeft: boolean) => void): AsyncIterable<BodyPart> {
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

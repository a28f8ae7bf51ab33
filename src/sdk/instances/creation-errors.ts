import { messageOf, PluginError } from "../../errors.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import { classifyError } from "../errors/classify-error.ts";
import { httpStatusOf } from "../errors/http-status-of.ts";
import type { InstanceKind } from "./instance-key.ts";

/** Why a creation ends that no call waits for. It is not remembered: the next call begins another one. */
export class Abandoned extends Error {
  constructor() {
    super("no call waits for the instance any more");
    this.name = "AbortError";
  }
}

/** `instanceof` throws for a proxy that refuses to name its prototype. */
export function isAbandoned(reason: unknown): boolean {
  try {
    return reason instanceof Abandoned;
  } catch {
    return false;
  }
}

/**
 * An error that is an answer: it is logged once, where the creation failed, and not by each call. Its source is that of the
 * reason, so that of a database that is away is not the plugin. The end of the instances fails the calls themselves.
 */
export function toCallError(reason: unknown): unknown {
  if (reason instanceof QueryError || (reason instanceof PluginError && reason.code === "closed"))
    return reason;
  return new QueryError(messageOf(reason) || "the instance could not be created", {
    status: httpStatusOf(reason),
    errorSource: classifyError(reason),
    cause: reason,
  });
}

export function tookTooLong(createTimeoutMs: number): QueryError {
  return new QueryError(
    `the instance was not created within ${createTimeoutMs} ms: check what it connects to, or raise createTimeoutMs`,
    { status: 504 },
  );
}

export function missingSettings(kind: InstanceKind): QueryError {
  const [owner, call] =
    kind === "app" ? ["app", "an app plugin"] : ["data source", "a data source, not for its plugin"];
  return new QueryError(`expected ${owner} settings in the request, got none: call it for ${call}`, {
    status: 400,
  });
}

/** The error of calls after `close()`, and of those that wait for a creation then. */
export function instancesClosed(): PluginError {
  return new PluginError("closed", "the instances of the plugin are closed");
}

import { messageOf } from "../errors.ts";
import { withoutSecrets } from "./calls/plugin-failure.ts";
import { secretsOf } from "./calls/secrets-of.ts";
import type { GatewayCore } from "./gateway-core.ts";
import type { HttpFailure } from "./http/http-failure.ts";

/** A request that has its answer. */
interface Answered {
  readonly method: string;
  readonly path: string;
  /** The pattern of its route. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly traceId: string;
  /** Why it has failed, if it has. */
  readonly failure: HttpFailure | undefined;
}

/** Logs a request that has its answer. Call it where somebody reads the log (`hasLog`): the record has its price. */
export function logAnswer(core: GatewayCore, answered: Answered): void {
  const { method, path, route, status, ms, traceId, failure } = answered;
  core.settings.log({
    // 501 is what a client asked for in vain, not a failure.
    level: status >= 500 && status !== 501 ? "error" : "info",
    message: "request completed",
    fields: {
      method,
      path,
      route,
      status,
      durationMs: Math.round(ms * 1000) / 1000,
      traceId,
      ...(failure === undefined ? {} : { error: reasonOf(failure, core) }),
    },
  });
}

/**
 * For the log: what a plugin said is there, and not in the answer; without the secrets that it may have. All are cut out
 * at once: where one is part of another, both go.
 */
function reasonOf({ message, cause }: HttpFailure, { sources, plugins }: GatewayCore): string {
  if (cause === undefined) return message;
  return withoutSecrets(`${message}: ${messageOf(cause)}`, [
    ...sources.all().flatMap((source) => secretsOf(undefined, source)),
    ...[...plugins.values()].flatMap(({ info }) => secretsOf(info, undefined)),
  ]);
}

import type { QueryResponse } from "../../compat/query-body.ts";
import { failureText } from "../calls/plugin-failure.ts";
import { secretsOf } from "../calls/secrets-of.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { HttpFailure } from "../http/http-failure.ts";
import type { RouteCall } from "../http/route.ts";
import { askSource, type SourceQueries } from "./ask-source.ts";

/** How results are written: of an answer, and of a query whose data source failed. */
export interface ResultFormat<Result> {
  readonly ofAnswer: (answer: QueryResponse) => Promise<ReadonlyMap<string, Result>>;
  readonly ofFailure: (refId: string, text: string) => Result;
}

/**
 * Asks all data sources, a bounded number at the same time. Of several, one that fails is an error of each of its
 * queries; a single one that fails fails the request.
 *
 * @throws of a single data source what `askSource` throws; HttpFailure when the client has gone
 */
export async function askAll<Result>(
  core: GatewayCore,
  call: RouteCall,
  groups: readonly SourceQueries[],
  format: ResultFormat<Result>,
): Promise<ReadonlyMap<string, Result>> {
  const ask = async (group: SourceQueries): Promise<ReadonlyMap<string, Result>> => {
    const results = new Map<string, Result>();
    for (const answer of await askSource(core, call, group)) {
      for (const [refId, result] of await format.ofAnswer(answer)) results.set(refId, result);
    }
    return results;
  };
  const [only, ...more] = groups;
  if (only !== undefined && more.length === 0) return ask(only);

  const owners = new Map(
    groups.flatMap((group) => group.queries.map(({ query }) => [query.refId, group] as const)),
  );
  const results = new Map<string, Result>();
  const waiting = [...groups];
  const work = async (): Promise<void> => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      const own = group;
      const answered = await ask(own).catch((error: unknown) => {
        if (call.signal.aborted) throw new HttpFailure(499, "Request canceled", { cause: error });
        return failed(core, own, error, format);
      });
      for (const [refId, result] of answered) {
        // A plugin may answer for a refId that it was not asked for, but not in the place of another one.
        if ((owners.get(refId) ?? own) === own) results.set(refId, result);
      }
    }
  };
  const workers = Math.min(core.settings.limits.maxDataSourcesAtOnce, groups.length);
  await Promise.all(Array.from({ length: workers }, work));
  return results;
}

function failed<Result>(
  { plugins }: GatewayCore,
  { source, queries }: SourceQueries,
  error: unknown,
  format: ResultFormat<Result>,
): ReadonlyMap<string, Result> {
  const text = failureText(error, secretsOf(plugins.get(source.type)?.info, source));
  return new Map(queries.map(({ query }) => [query.refId, format.ofFailure(query.refId, text)]));
}

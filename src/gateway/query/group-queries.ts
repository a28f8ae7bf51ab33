import type { DataSource } from "../data-sources/data-source.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { HttpFailure } from "../http/http-failure.ts";
import type { RangedQuery, SourceQueries } from "./ask-source.ts";
import { checkQueries, findSource } from "./find-source.ts";
import type { AskedQueries } from "./parse-query-body.ts";
import { resolveRange } from "./resolve-range.ts";

/**
 * Finds the data source and the range of each query, and groups the queries by data source.
 *
 * @throws HttpFailure 400, 404, 501: nothing has been asked then
 */
export function groupQueries(core: GatewayCore, { range, queries }: AskedQueries): readonly SourceQueries[] {
  checkQueries(core, queries);
  const now = Date.now();
  const groups = new Map<DataSource, Map<string, RangedQuery>>();
  for (const query of queries) {
    const source = findSource(core, query);
    const raw = query.range ?? range;
    const group = groups.get(source) ?? new Map<string, RangedQuery>();
    // Twice the same refId is an error in Grafana; in Plutono the last one counts, in its own place.
    group.delete(query.refId);
    group.set(query.refId, {
      query,
      raw,
      range: resolveRange(raw.from, raw.to, now) ?? withoutRange(core, raw),
    });
    groups.set(source, group);
  }
  return [...groups].map(([source, group]) => ({ source, queries: [...group.values()] }));
}

/** Plutono goes on with zero; a Grafana fails. */
function withoutRange({ settings }: GatewayCore, { from, to }: RangedQuery["raw"]): RangedQuery["range"] {
  if (settings.style === "plutono") return { fromMs: 0, toMs: 0 };
  throw new HttpFailure(
    400,
    `expected from and to as milliseconds since 1970 or as times such as now-6h, got ${JSON.stringify(from.slice(0, 40))} and ${JSON.stringify(to.slice(0, 40))}`,
    { messageId: "query.invalidTimeRange" },
  );
}

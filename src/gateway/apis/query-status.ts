import type { DsResult } from "../../compat/format-ds-query-body.ts";
import { compareText } from "../../frames/compare-text.ts";

/**
 * The HTTP status for results, as Grafana's `/apis` chooses it: that of the first error, by refId, that is not a
 * downstream one; else that of the first downstream error if it is from 400 to 499; else 400. 200 without errors.
 */
export function queryStatus(results: ReadonlyMap<string, DsResult>): number {
  const failed = [...results]
    .filter(([, { error }]) => error !== "")
    .sort(([a], [b]) => compareText(a, b))
    .map(([, result]) => result);
  const [first] = failed;
  if (first === undefined) return 200;
  const own = failed.find(({ errorSource }) => errorSource !== "downstream");
  if (own !== undefined) return own.status >= 400 ? own.status : 400;
  return first.status >= 400 && first.status < 500 ? first.status : 400;
}

import type { DataQuery, QueryDataRequest } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { HeaderName } from "../context/header-names.ts";
import type { RequestContext } from "../context/request-context.ts";

/** With these an answer may be one that only this user may see. */
const loginHeaders = [HeaderName.authorization, HeaderName.idToken, HeaderName.cookie];

/** What the caller adds to the key of each query of a call. */
export interface KeyParts {
  readonly context: RequestContext;
  readonly isPerUser: boolean;
  readonly extra: string;
}

/**
 * Makes the function for the keys of the queries of one call. Two queries have the same key if a data source would
 * answer them in the same way: the same settings, organisation, tenant, login, format and model, and the same range when
 * its ends are rounded down to the interval of the query.
 *
 * A key is a hash, because it is made of tokens, and of models of any length.
 */
export function createQueryKey(
  request: QueryDataRequest,
  { context, isPerUser, extra }: KeyParts,
): (query: DataQuery) => string {
  // Here, because an import of it costs a start 10 ms.
  const { createHash } = process.getBuiltinModule("node:crypto");
  const { pluginContext, format } = request;
  const settings = pluginContext?.dataSourceInstanceSettings;
  const ofCall = [
    pluginContext?.pluginId,
    pluginContext?.namespace,
    context.orgId,
    context.tenantId,
    settings?.id,
    settings?.uid,
    settings?.lastUpdatedMS ?? pluginContext?.appInstanceSettings?.lastUpdatedMS,
    format,
    isPerUser ? context.user?.login : undefined,
    ...loginHeaders.map((name) => context.headers.get(name)),
    extra,
  ].map((part) => String(part ?? ""));
  return ({ refId, queryType, json, maxDataPoints, intervalMS, timeRange }) => {
    const interval = intervalMS > 0n ? intervalMS : 1n;
    const ofQuery = [
      refId,
      queryType,
      maxDataPoints,
      intervalMS,
      roundDown(timeRange?.fromEpochMS ?? 0n, interval),
      roundDown(timeRange?.toEpochMS ?? 0n, interval),
    ].map(String);
    const hash = createHash("sha256");
    // As JSON, so that no text can look like two parts.
    hash.update(JSON.stringify([...ofCall, ...ofQuery]));
    hash.update(json);
    return hash.digest("base64");
  };
}

/** Towards the past, for times before 1970 too. */
function roundDown(time: bigint, interval: bigint): bigint {
  return time - (((time % interval) + interval) % interval);
}

import { createCaller, type GatewayClientOptions } from "./create-caller.ts";
import { followLive, type LiveOptions, type LivePacket } from "./follow-live.ts";
import {
  askHealth,
  askResource,
  type DataSourceInfo,
  type GatewayHealth,
  type GatewayTarget,
  listDataSources,
  publishTo,
} from "./look-up.ts";
import type { CallOptions, QueryRequest } from "./query-request.ts";
import { type ChunksRequest, type GatewayChunk, readChunks } from "./read-chunks.ts";
import { type QueryResults, sendQuery } from "./send-query.ts";
import { sendTsdbQuery, type TsdbRequest, type TsdbResults } from "./send-tsdb-query.ts";

/**
 * A client of a gateway, or of a Grafana. Failures are {@link GatewayError}s; an aborted call rejects with the reason of
 * its signal.
 */
export interface GatewayClient {
  /** Asks one or several data sources: frames and errors by refId. A query that failed does not reject. */
  readonly query: (request: QueryRequest, options?: CallOptions) => Promise<QueryResults>;
  /**
   * Asks one data source, and yields the rows as the plugin makes them. The next ones are read when they are asked for, so
   * that memory stays bounded. Leaving the loop cancels the queries.
   */
  readonly chunks: (request: ChunksRequest, options?: CallOptions) => AsyncIterableIterator<GatewayChunk>;
  /** Calls a resource of a plugin: the answer of the plugin, whatever its status is. `init` is that of `fetch`. */
  readonly resource: (target: GatewayTarget, path: string, init?: RequestInit) => Promise<Response>;
  /** The health of a data source or a plugin. */
  readonly health: (target: GatewayTarget, options?: CallOptions) => Promise<GatewayHealth>;
  /** All data sources, by name. */
  readonly dataSources: (options?: CallOptions) => Promise<readonly DataSourceInfo[]>;
  /**
   * Follows a channel: `ds/<uid>/<path>` or `plugin/<id>/<path>`. A lost connection is made again, with growing delays,
   * and so is one that the gateway ended because it closes or because this client was too slow. A stream that it ends for
   * another reason rejects with `stream_ended`. Leaving the loop ends the subscription. The first connection is not tried
   * again.
   */
  readonly live: (channel: string, options?: LiveOptions) => AsyncIterableIterator<LivePacket>;
  /** Publishes JSON to a channel, if the plugin allows it. */
  readonly publish: (channel: string, data: unknown, options?: CallOptions) => Promise<void>;
  /** Asks through the API of older Grafanas, which has series and tables for plugins of protocol 1. */
  readonly tsdbQuery: (request: TsdbRequest, options?: CallOptions) => Promise<TsdbResults>;
}

/**
 * Makes a client for a page, a worker or a program: it needs `fetch` and nothing else. It opens no connection before the
 * first call, and holds none that has to be closed.
 *
 * @throws GatewayError `invalid_option` for a url that cannot be used
 */
export function createGatewayClient(options: GatewayClientOptions): GatewayClient {
  const caller = createCaller(options);
  return {
    query: (request, callOptions) => sendQuery(caller, request, callOptions),
    chunks: (request, callOptions) => readChunks(caller, request, callOptions),
    resource: async (target, path, init) => askResource(caller, target, path, init),
    health: async (target, callOptions) => askHealth(caller, target, callOptions),
    dataSources: (callOptions) => listDataSources(caller, callOptions),
    live: (channel, liveOptions) => followLive(caller, channel, liveOptions),
    publish: (channel, data, callOptions) => publishTo(caller, channel, data, callOptions),
    tsdbQuery: (request, callOptions) => sendTsdbQuery(caller, request, callOptions),
  };
}

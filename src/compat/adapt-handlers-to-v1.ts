import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, type HandlerContext } from "@connectrpc/connect";
import { type DatasourceResponse, DatasourceResponseSchema } from "../../gen/es/v1/models/datasource_pb.js";
import type { DataResponseSchema, QueryDataRequest } from "../../gen/es/v2/pluginv2/backend_pb.js";
import type { PluginImpl } from "../protocol.ts";
import { rpcError } from "../rpc-error.ts";
import type { V1 } from "../v1/v1.ts";
import type { V2 } from "../v2/v2.ts";
import { toV1Result, type V1ResultOptions } from "./to-v1-result.ts";
import { toV2Request } from "./to-v2-request.ts";

/** Options of {@link adaptHandlersToV1}. */
export interface AdaptHandlersOptions extends V1ResultOptions {}

type V2Handlers = PluginImpl<V2>;
type DataResponseInit = MessageInitShape<typeof DataResponseSchema>;

/**
 * Handlers of protocol 1 that answer with those of protocol 2, so that a data source is written once and serves hosts
 * of both majors: `servePlugin([implement(v2, handlers), implement(v1, adaptHandlersToV1(handlers))])`.
 *
 * A v1 host has queries only, which `queryData` answers. Frames become time series or tables. docs/migrate-v1-to-v2.md
 * has a table of what protocol 1 cannot carry.
 *
 * Instances of a data source are made anew when its settings change, as with a v2 host: `lastUpdatedMS` is a number
 * that changes with them.
 *
 * @returns handlers whose `query` answers UNIMPLEMENTED if `handlers.data` has no `queryData`
 */
export function adaptHandlersToV1(handlers: V2Handlers, options: AdaptHandlersOptions = {}): PluginImpl<V1> {
  return {
    datasource: {
      async query(request, context): Promise<DatasourceResponse> {
        const v2Request = toV2Request(request);
        const responses = await answer(handlers, v2Request, context);
        const queries = new Map(request.queries.map((query) => [query.refId, query]));
        // In the order of the queries, then what else a handler answers with.
        const refIds = new Set([...queries.keys(), ...Object.keys(responses)]);
        const results = [...refIds].flatMap((refId) => {
          const response = Object.hasOwn(responses, refId) ? responses[refId] : undefined;
          return response === undefined ? [] : [toV1Result(refId, queries.get(refId), response, options)];
        });
        return create(DatasourceResponseSchema, { results: await Promise.all(results) });
      },
    },
  };
}

async function answer(
  { data }: V2Handlers,
  request: QueryDataRequest,
  context: HandlerContext,
): Promise<Readonly<Record<string, DataResponseInit | undefined>>> {
  if (data?.queryData === undefined) {
    throw rpcError(
      "the plugin answers no queries of protocol 1: it has no handler queryData",
      Code.Unimplemented,
    );
  }
  return (await data.queryData(request, context)).responses ?? {};
}

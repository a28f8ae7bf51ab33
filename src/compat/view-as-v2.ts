import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type CallOptions, type Client, Code } from "@connectrpc/connect";
import {
  DataFrameFormat,
  type DataResponse,
  type QueryChunkedDataRequestSchema,
  type QueryChunkedDataResponse,
  QueryChunkedDataResponseSchema,
  type QueryDataRequestSchema,
  type QueryDataResponse,
  QueryDataResponseSchema,
} from "../../gen/es/v2/pluginv2/backend_pb.js";
import type { PluginClient } from "../protocol.ts";
import { rpcError } from "../rpc-error.ts";
import type { V1 } from "../v1/v1.ts";
import { type V2, v2 } from "../v2/v2.ts";
import { toDataResponse } from "./to-data-response.ts";
import { toV1Requests, type V2Request } from "./to-v1-request.ts";

type V1Only = "datasource" | "protocolVersion" | "renderer";

/** A client of either major, such as `launchPlugin` returns, as {@link viewAsV2} returns it. */
export type ViewedAsV2<P extends PluginClient<V1 | V2>> = Omit<P, V1Only | keyof PluginClient<V2>> &
  PluginClient<V2>;

/**
 * A plugin of either major through the client of protocol 2, so that a host has one way to call both:
 * `const plugin = viewAsV2(await launchPlugin({ command, protocols: [v2, v1] }))`. A client of protocol 2 is returned
 * as it is; that of protocol 1 keeps its other members, such as `close`.
 *
 * A v1 plugin answers `queryData` and `queryChunkedData`, with frames in the format that the request names: one for each
 * series and table. It is called once for each time range of the request, at the same time. Everything else answers
 * UNIMPLEMENTED, as a v2 plugin without it does. docs/migrate-v1-to-v2.md has a table of what is lost.
 *
 * `onHeader` and `onTrailer` of a call are called for each call of the v1 plugin.
 */
export function viewAsV2<P extends PluginClient<V1 | V2>>(plugin: P): ViewedAsV2<P> {
  // The type of a generic parameter does not narrow.
  const either: PluginClient<V1> | PluginClient<V2> = plugin;
  if (either.protocolVersion === 2) return plugin as unknown as ViewedAsV2<P>;
  const { datasource } = either;
  const view: PluginClient<V2> = {
    protocolVersion: 2,
    admission: absent("admission"),
    conversion: absent("conversion"),
    data: {
      queryData: (request, options) => queryData(datasource, request, options),
      queryChunkedData: (request, options) => queryChunkedData(datasource, request, options),
    },
    diagnostics: absent("diagnostics"),
    resource: absent("resource"),
    stream: absent("stream"),
  };
  const hidden = { datasource: { value: undefined }, renderer: { value: undefined } };
  return Object.create(plugin, { ...Object.getOwnPropertyDescriptors(view), ...hidden }) as ViewedAsV2<P>;
}

type V1DataSource = PluginClient<V1>["datasource"];

async function queryData(
  datasource: V1DataSource,
  request: MessageInitShape<typeof QueryDataRequestSchema>,
  options: CallOptions | undefined,
): Promise<QueryDataResponse> {
  const responses = await callV1(datasource, request, options);
  return create(QueryDataResponseSchema, { responses: Object.fromEntries(responses) });
}

async function* queryChunkedData(
  datasource: V1DataSource,
  request: MessageInitShape<typeof QueryChunkedDataRequestSchema>,
  options: CallOptions | undefined,
): AsyncGenerator<QueryChunkedDataResponse> {
  for (const [refId, response] of await callV1(datasource, request, options)) {
    const { frames, error, status, errorSource } = response;
    for (const [index, frame] of frames.entries()) {
      yield create(QueryChunkedDataResponseSchema, {
        refId,
        frameId: String(index),
        frame,
        status: 200,
        format: response.format,
      });
    }
    if (error !== "") yield create(QueryChunkedDataResponseSchema, { refId, error, status, errorSource });
  }
}

async function callV1(
  datasource: V1DataSource,
  request: V2Request,
  options: CallOptions | undefined,
): Promise<readonly (readonly [string, DataResponse])[]> {
  const format = request.format ?? DataFrameFormat.ARROW;
  const calls = toV1Requests(request).map(async (v1Request) => {
    const { results } = await datasource.query(v1Request, options);
    const only = v1Request.queries?.length === 1 ? v1Request.queries[0]?.refId : undefined;
    return Promise.all(
      results.map(async (result) => {
        // A plugin that answers a single query may leave out its refId.
        const refId = result.refId === "" && results.length === 1 ? (only ?? "") : result.refId;
        return [refId, await toDataResponse({ ...result, refId }, format)] as const;
      }),
    );
  });
  return (await Promise.all(calls)).flat();
}

/** A client whose calls answer UNIMPLEMENTED. */
function absent<K extends keyof V2["services"]>(key: K): Client<V2["services"][K]> {
  const methods = v2.services[key].methods.map(({ localName, methodKind, name, parent }) => {
    const refuse = () => {
      throw rpcError(
        `a plugin of protocol 1 has no ${parent.typeName}/${name}: it answers queries only`,
        Code.Unimplemented,
      );
    };
    const call =
      methodKind === "unary"
        ? async () => refuse()
        : // biome-ignore lint/correctness/useYield: a call that fails has no messages
          async function* () {
            refuse();
          };
    return [localName, call] as const;
  });
  return Object.fromEntries(methods) as unknown as Client<V2["services"][K]>;
}

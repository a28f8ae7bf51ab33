/**
 * What an additive change of the contract stops from compiling, each on purpose or for lack of a way out.
 * It compiles against the bindings of today; additive-survives.test.ts counts its errors against later ones.
 */
import type { ServiceImpl } from "@connectrpc/connect";
import { type Data, DataFrameFormat } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import type * as tsProto from "../../../gen/ts-proto/v2/pluginv2/backend.js";

// A literal typed as a ts-proto message lacks the new field: use the message's `create`.
export const literal: tsProto.DataQuery = {
  refId: "A",
  maxDataPoints: 0n,
  intervalMS: 0n,
  json: new Uint8Array(),
  queryType: "",
};

// An exhaustive switch lacks the new value: that is what it is for. Others have a default.
export function formatName(format: DataFrameFormat): string {
  switch (format) {
    case DataFrameFormat.ARROW:
      return "arrow";
    case DataFrameFormat.JSON:
      return "json";
    default:
      format satisfies never;
      return "unknown";
  }
}

// A complete implementation lacks the new rpc: `Partial<ServiceImpl>` goes on compiling.
export const implementation: ServiceImpl<typeof Data> = {
  queryData: () => ({}),
  queryChunkedData: async function* () {},
};

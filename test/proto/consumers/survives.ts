/**
 * A user's program that additive changes of the contract leave alone: it compiles and runs against the bindings
 * of today and against those of a later, additively changed contract (additive-survives.test.ts does both).
 */
import assert from "node:assert/strict";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { createClient, createRouterTransport, type ServiceImpl } from "@connectrpc/connect";
import {
  Data,
  DataFrameFormat,
  QueryDataRequestSchema,
  type QueryDataResponse,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import * as tsProto from "../../../gen/ts-proto/v2/pluginv2/backend.js";

// Requests: `create` of either library, or a literal where protobuf-es takes an init shape.
const literal: MessageInitShape<typeof QueryDataRequestSchema> = {
  queries: [{ refId: "A", queryType: "sql" }],
  format: DataFrameFormat.JSON,
};
const fromEs = create(QueryDataRequestSchema, literal);
const fromTsProto = tsProto.QueryDataRequest.create({
  queries: [{ refId: "A", queryType: "sql" }],
  format: tsProto.DataFrameFormat.JSON,
});
assert.deepEqual(
  toBinary(QueryDataRequestSchema, fromEs),
  tsProto.QueryDataRequest.encode(fromTsProto).finish(),
);

// Services: a partial implementation; what it lacks answers UNIMPLEMENTED.
const implementation: Partial<ServiceImpl<typeof Data>> = {
  queryData: ({ queries }) => ({
    responses: Object.fromEntries(queries.map(({ refId }) => [refId, { status: 200 }])),
  }),
};
const transport = createRouterTransport(({ service }) => service(Data, implementation));
const client = createClient(Data, transport);
assert.equal(statusOf(await client.queryData(literal)), 200);

// Values of an enum: a switch with a default.
assert.equal(formatName(fromEs.format), "json");
assert.equal(formatName(fromBinary(QueryDataRequestSchema, new Uint8Array([0x20, 0x63])).format), "unknown");

function statusOf(response: QueryDataResponse): number | undefined {
  return response.responses["A"]?.status;
}

function formatName(format: DataFrameFormat): string {
  switch (format) {
    case DataFrameFormat.ARROW:
      return "arrow";
    case DataFrameFormat.JSON:
      return "json";
    default:
      return "unknown";
  }
}

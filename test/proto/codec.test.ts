/** ts-proto and protobuf-es read each other's bytes, and agree where ts-proto alone would not: scripts/proto/mend-ts-proto.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import * as esV1 from "../../gen/es/v1/models/datasource_pb.js";
import * as es from "../../gen/es/v2/pluginv2/backend_pb.js";
import * as esV3 from "../../gen/es/v3/grafana/plugin/v3/common_pb.js";
import * as tsV1 from "../../gen/ts-proto/v1/models/datasource.js";
import * as ts from "../../gen/ts-proto/v2/pluginv2/backend.js";
import * as tsV3 from "../../gen/ts-proto/v3/grafana/plugin/v3/common.js";

const int64Max = 2n ** 63n - 1n;
const int64Min = -(2n ** 63n);

const request = {
  pluginContext: {
    orgId: int64Max,
    pluginId: "acme-weather-datasource",
    user: { login: "ada", role: "Admin" },
    dataSourceInstanceSettings: {
      id: int64Min,
      basicAuthEnabled: true,
      jsonData: new TextEncoder().encode('{"a":1}'),
      decryptedSecureJsonData: { password: "å\u0000🌦" },
      lastUpdatedMS: int64Max,
    },
  },
  headers: { http_Accept: "*/*" },
  queries: [
    {
      refId: "A",
      maxDataPoints: int64Min,
      intervalMS: int64Max,
      timeRange: { fromEpochMS: -1n, toEpochMS: 0n },
    },
    { refId: "B", json: new Uint8Array(), queryType: "sql" },
  ],
  format: es.DataFrameFormat.JSON,
};

test("both write the same bytes for a request with int64 extremes", () => {
  const bytes = toBinary(es.QueryDataRequestSchema, create(es.QueryDataRequestSchema, request));

  assert.deepEqual(ts.QueryDataRequest.encode(ts.QueryDataRequest.create(request)).finish(), bytes);
});

test("each reads what the other wrote", () => {
  const fromEs = toBinary(es.QueryDataRequestSchema, create(es.QueryDataRequestSchema, request));
  const fromTs = ts.QueryDataRequest.encode(ts.QueryDataRequest.create(request)).finish();

  const readByTs = ts.QueryDataRequest.decode(fromEs);
  const readByEs = fromBinary(es.QueryDataRequestSchema, fromTs);

  assert.deepEqual(readByTs, ts.QueryDataRequest.create(request));
  assert.deepEqual(readByEs, create(es.QueryDataRequestSchema, request));
  assert.equal(readByTs.queries[0]?.maxDataPoints, int64Min);
  assert.equal(readByEs.pluginContext?.orgId, int64Max);
});

test("each writes a message of the other as it is", () => {
  const fromEs = create(es.QueryDataRequestSchema, request);
  const fromTs = ts.QueryDataRequest.create(request);

  const bytes = ts.QueryDataRequest.encode(fromEs).finish();

  assert.deepEqual(toBinary(es.QueryDataRequestSchema, create(es.QueryDataRequestSchema, fromTs)), bytes);
});

test("both keep the fields that a newer peer sent, at the top and further down", () => {
  const user = new BinaryWriter().uint32(tag(99, 2)).string("newer").finish();
  const context = new BinaryWriter().uint32(tag(3, 2)).bytes(user).finish();
  const bytes = new BinaryWriter().uint32(tag(1, 2)).bytes(context).uint32(tag(200, 0)).uint64(7).finish();

  assert.deepEqual(
    toBinary(es.CheckHealthRequestSchema, fromBinary(es.CheckHealthRequestSchema, bytes)),
    bytes,
  );
  assert.deepEqual(ts.CheckHealthRequest.encode(ts.CheckHealthRequest.decode(bytes)).finish(), bytes);
});

test("both keep the number of an enum value that they do not know", () => {
  const bytes = new BinaryWriter().uint32(tag(4, 0)).int32(99).finish();

  assert.equal(fromBinary(es.QueryDataRequestSchema, bytes).format, 99);
  assert.equal(ts.QueryDataRequest.decode(bytes).format, 99);
});

test("both tell an absent scalar of v3 from a zero one", () => {
  const status = { status: "", code: 0 };

  const bytes = toBinary(esV3.StatusResultSchema, create(esV3.StatusResultSchema, status));

  assert.deepEqual(tsV3.StatusResult.encode(tsV3.StatusResult.create(status)).finish(), bytes);
  const read = tsV3.StatusResult.decode(bytes);
  assert.deepEqual([read.status, read.message, read.code], ["", undefined, 0]);
});

test("both keep the map entry __proto__", () => {
  const key = new BinaryWriter().uint32(tag(1, 2)).string("__proto__").finish();
  const bytes = new BinaryWriter().uint32(tag(1, 2)).bytes(key).finish();

  const { responses: kept } = fromBinary(es.QueryDataResponseSchema, bytes);
  const { responses: keptToo } = ts.QueryDataResponse.decode(bytes);
  const written = ts.QueryDataResponse.encode(ts.QueryDataResponse.create({ responses: keptToo })).finish();

  assert.deepEqual(Object.keys(kept), ["__proto__"]);
  assert.deepEqual(Object.keys(keptToo), ["__proto__"]);
  assert.deepEqual(Object.keys(fromBinary(es.QueryDataResponseSchema, written).responses), ["__proto__"]);
  assert.equal(Object.hasOwn(Object.prototype, "frames"), false);
});

test("both keep the sign of -0", () => {
  const point = { timestamp: 0n, value: -0 };

  const fromEs = toBinary(esV1.PointSchema, create(esV1.PointSchema, point));
  const fromTs = tsV1.Point.encode(tsV1.Point.create(point)).finish();

  assert.equal(Object.is(fromBinary(esV1.PointSchema, fromEs).value, -0), true);
  assert.deepEqual(fromTs, fromEs);
  assert.equal(Object.is(tsV1.Point.decode(fromTs).value, -0), true);
});

test("both merge a submessage that comes in two parts", () => {
  const first = new BinaryWriter().uint32(tag(1, 0)).int64(1).finish();
  const second = new BinaryWriter().uint32(tag(2, 2)).string("p").finish();
  const bytes = new BinaryWriter().uint32(tag(1, 2)).bytes(first).uint32(tag(1, 2)).bytes(second).finish();

  assert.equal(fromBinary(es.CheckHealthRequestSchema, bytes).pluginContext?.orgId, 1n);
  assert.equal(ts.CheckHealthRequest.decode(bytes).pluginContext?.orgId, 1n);
  assert.equal(ts.CheckHealthRequest.decode(bytes).pluginContext?.pluginId, "p");
});

test("both refuse text that is not UTF-8", () => {
  const notUtf8 = new Uint8Array([0xff]);
  const bytes = new BinaryWriter().uint32(tag(2, 2)).bytes(notUtf8).finish();

  assert.throws(() => fromBinary(es.CheckHealthResponseSchema, bytes), /encoding utf-8/);
  assert.throws(() => ts.CheckHealthResponse.decode(bytes), /encod/);
});

test("ts-proto refuses what is no message, as protobuf-es does", () => {
  const beyond = new BinaryWriter()
    .uint32(tag(1, 2))
    .uint32(3)
    .uint32(tag(2, 2))
    .uint32(9)
    .raw(new Uint8Array(12));
  const endOfGroup = new BinaryWriter().uint32(tag(7, 4));
  const fieldZero = new BinaryWriter().uint32(0).uint32(1);
  const otherEnd = new BinaryWriter().uint32(tag(77, 3)).uint32(tag(78, 4));

  for (const writer of [beyond, endOfGroup, fieldZero, otherEnd]) {
    assert.throws(() => ts.CheckHealthRequest.decode(writer.finish()), Error);
  }
});

test("ts-proto keeps the number of an enum value that it does not know in ProtoJSON, as protobuf-es does", () => {
  const json = ts.QueryDataRequest.toJSON(ts.QueryDataRequest.fromJSON({ format: 99 }));

  assert.deepEqual(json, { format: 99 });
  assert.throws(() => ts.QueryDataRequest.fromJSON({ format: "NO_SUCH_FORMAT" }), /NO_SUCH_FORMAT/);
});

test("ts-proto decodes into a message that it is given", () => {
  const message = ts.User.create({ login: "ada" });

  const same = ts.User.decode(ts.User.encode(ts.User.create({ role: "Admin" })).finish(), undefined, message);

  assert.equal(same, message);
  assert.deepEqual([same.login, same.role], ["ada", "Admin"]);
});

function tag(fieldNumber: number, wireType: number): number {
  return (fieldNumber << 3) | wireType;
}

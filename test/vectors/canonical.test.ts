import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { PointSchema } from "../../gen/es/v1/models/datasource_pb.js";
import { PluginContextSchema, QueryDataRequestSchema } from "../../gen/es/v2/pluginv2/backend_pb.js";
import { canonicalBytes } from "./canonical.ts";
import { concat, group, hex, lengthField, longVarint, tag, utf8, varint } from "./generate/wire.ts";

const entry = (key: string): Uint8Array =>
  lengthField(2, concat(lengthField(1, utf8(key)), lengthField(2, utf8("v"))));

suite("canonicalBytes", () => {
  test("the order of fields and of map entries does not count", () => {
    const a = concat(entry("a"), entry("b"), tag(4, 0), varint(1));
    const b = concat(tag(4, 0), varint(1), entry("b"), entry("a"));

    assert.deepEqual(canonicalBytes(QueryDataRequestSchema, a), canonicalBytes(QueryDataRequestSchema, b));
  });

  test("the order of list items counts, and so does that of one unknown field", () => {
    const query = (refId: string): Uint8Array => lengthField(3, lengthField(1, utf8(refId)));
    for (const [one, two] of [
      [query("A"), query("B")],
      [lengthField(99, utf8("A")), lengthField(99, utf8("B"))],
    ] as const) {
      assert.notDeepEqual(
        canonicalBytes(QueryDataRequestSchema, concat(one, two)),
        canonicalBytes(QueryDataRequestSchema, concat(two, one)),
      );
    }
  });

  test("a value in more bytes than it needs is the same value, in a submessage as well", () => {
    const short = lengthField(1, concat(tag(1, 0), varint(5)));
    const long = lengthField(1, concat(longVarint(8, 3), longVarint(5, 4)));

    assert.deepEqual(
      canonicalBytes(QueryDataRequestSchema, long),
      canonicalBytes(QueryDataRequestSchema, short),
    );
  });

  test("a lost field, a lost map entry, a lost sign and a lost payload are seen", () => {
    const context = concat(tag(1, 0), varint(1), lengthField(2, utf8("p")));
    const point = (bits: string): Uint8Array => concat(tag(2, 1), hex(bits));
    const { length } = canonicalBytes(PluginContextSchema, context);

    assert.ok(canonicalBytes(PluginContextSchema, context.subarray(2)).length < length);
    assert.notDeepEqual(canonicalBytes(QueryDataRequestSchema, entry("__proto__")), new Uint8Array());
    assert.notDeepEqual(
      canonicalBytes(PointSchema, point("0000000000000080")),
      canonicalBytes(PointSchema, point("0000000000000000")),
    );
    assert.notDeepEqual(
      canonicalBytes(PointSchema, point("efbeadde3412f87f")),
      canonicalBytes(PointSchema, point("000000000000f87f")),
    );
    assert.deepEqual(
      canonicalBytes(PointSchema, point("efbeadde3412f87f"), { anyNan: true }),
      canonicalBytes(PointSchema, point("000000000000f87f"), { anyNan: true }),
    );
  });

  test("groups are kept, and bytes that end too early are an error", () => {
    const kept = group(99, concat(group(1, varint(8).subarray(0, 0)), tag(2, 0), varint(1)));

    assert.deepEqual(canonicalBytes(PointSchema, kept), kept);
    assert.throws(() => canonicalBytes(PointSchema, kept.subarray(0, -1)), /end within a field/);
  });
});

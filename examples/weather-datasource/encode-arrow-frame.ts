import type { Vector } from "apache-arrow";
import type { Field, Frame } from "./frame.ts";

/**
 * Encodes a frame as Grafana expects it: an Arrow IPC file with plain UTF-8 text, times in nanoseconds,
 * the refId in the schema and the labels in the fields.
 */
export async function encodeArrowFrame(frame: Frame, refId: string): Promise<Uint8Array> {
  // It takes a while to load, and a host waits for the start of its plugins.
  const arrow = await import("apache-arrow");
  const columns = frame.fields.map((field) => {
    const vector = toVector(field);
    const metadata = new Map([["tstype", typeNames[field.kind]]]);
    if (Object.keys(field.labels).length > 0) metadata.set("labels", JSON.stringify(field.labels));
    return { vector, field: new arrow.Field(field.name, vector.type, vector.nullCount > 0, metadata) };
  });
  const fields = columns.map(({ field }) => field);
  const schema = new arrow.Schema(fields, new Map(Object.entries({ name: "", refId })));
  const rows = arrow.makeData({
    type: new arrow.Struct(fields),
    length: frame.fields[0]?.values.length ?? 0,
    nullCount: 0,
    children: columns.flatMap(({ vector }) => vector.data),
  });
  return arrow.tableToIPC(new arrow.Table(schema, new arrow.RecordBatch(schema, rows)), "file");

  function toVector(field: Field): Vector {
    switch (field.kind) {
      case "time": {
        const nanoseconds = BigInt64Array.from(field.values, (ms) => BigInt(ms) * 1_000_000n);
        return arrow.makeVector({ type: new arrow.TimestampNanosecond(), data: nanoseconds });
      }
      case "float64":
        return arrow.vectorFromArray(field.values, new arrow.Float64());
      case "string":
        return arrow.vectorFromArray(field.values, new arrow.Utf8());
    }
  }
}

const typeNames = { time: "time", float64: "number", string: "string" };

import * as arrow from "apache-arrow";

/** A column of the fixture's frames: times are nanoseconds since 1970. */
export type FixtureColumn =
  | { readonly name: string; readonly kind: "time"; readonly values: readonly bigint[] }
  | { readonly name: string; readonly kind: "number"; readonly values: readonly number[] }
  | { readonly name: string; readonly kind: "string"; readonly values: readonly string[] };

export interface FixtureFrame {
  readonly name: string;
  readonly columns: readonly FixtureColumn[];
}

export function encodeArrow(frame: FixtureFrame, refId: string): Uint8Array {
  const vectors = frame.columns.map(toVector);
  const fields = frame.columns.map(
    ({ name, kind }, i) =>
      new arrow.Field(name, (vectors[i] as arrow.Vector).type, false, new Map([["tstype", kind]])),
  );
  const schema = new arrow.Schema(
    fields,
    new Map([
      ["name", frame.name],
      ["refId", refId],
    ]),
  );
  const children = vectors.map((vector) => vector.data[0] as arrow.Data);
  const length = frame.columns[0]?.values.length ?? 0;
  const struct = arrow.makeData({ type: new arrow.Struct(fields), length, nullCount: 0, children });
  return arrow.tableToIPC(new arrow.Table(schema, new arrow.RecordBatch(schema, struct)), "file");
}

function toVector(column: FixtureColumn): arrow.Vector {
  switch (column.kind) {
    case "time":
      return arrow.makeVector(
        arrow.makeData({ type: new arrow.TimestampNanosecond(), data: BigInt64Array.from(column.values) }),
      );
    case "number":
      return arrow.makeVector(Float64Array.from(column.values));
    case "string":
      return arrow.vectorFromArray([...column.values], new arrow.Utf8());
  }
}

export function encodeJson(frame: FixtureFrame, refId: string): Uint8Array {
  const frameType = { time: "time.Time", number: "float64", string: "string" } as const;
  const fields = frame.columns.map(({ name, kind }) => ({
    name,
    type: kind,
    typeInfo: { frame: frameType[kind] },
  }));
  const values = frame.columns.map((column) =>
    column.kind === "time" ? column.values.map((ns) => Number(ns / 1_000_000n)) : column.values,
  );
  return Buffer.from(JSON.stringify({ schema: { name: frame.name, refId, fields }, data: { values } }));
}

export function decodeArrow(bytes: Uint8Array): FixtureFrame {
  const table = arrow.tableFromIPC(bytes);
  const columns = table.schema.fields.map((field, i): FixtureColumn => {
    const vector = table.getChildAt(i) as arrow.Vector;
    const { name } = field;
    if (arrow.DataType.isTimestamp(field.type)) {
      const chunks: bigint[][] = vector.data.map((chunk) =>
        [...(chunk.values as BigInt64Array)].slice(0, chunk.length),
      );
      return { name, kind: "time", values: chunks.flat() };
    }
    if (arrow.DataType.isFloat(field.type)) return { name, kind: "number", values: [...vector] };
    return { name, kind: "string", values: [...vector] };
  });
  return { name: table.schema.metadata.get("name") ?? "", columns };
}

export function decodeJson(bytes: Uint8Array): FixtureFrame {
  const { schema, data } = JSON.parse(Buffer.from(bytes).toString()) as {
    schema: { name: string; fields: { name: string; type: FixtureColumn["kind"] }[] };
    data: { values: never[][] };
  };
  const columns = schema.fields.map(({ name, type }, i): FixtureColumn => {
    const values = data.values[i] ?? [];
    return type === "time"
      ? { name, kind: type, values: values.map((ms: number) => BigInt(ms) * 1_000_000n) }
      : { name, kind: type, values };
  });
  return { name: schema.name, columns };
}

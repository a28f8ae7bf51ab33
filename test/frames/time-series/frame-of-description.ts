import { makeBitmap } from "../../../src/frames/bitmap.ts";
import type { Column } from "../../../src/frames/columns/column.ts";
import { packTexts } from "../../../src/frames/columns/text-column.ts";
import { createField } from "../../../src/frames/create-field.ts";
import { createFrame } from "../../../src/frames/create-frame.ts";
import type { AnyField } from "../../../src/frames/field.ts";
import type { FieldConfig, Labels } from "../../../src/frames/field-config.ts";
import { type FieldKind, kinds } from "../../../src/frames/field-kind.ts";
import type { Frame } from "../../../src/frames/frame.ts";
import type { FrameMeta } from "../../../src/frames/frame-meta.ts";
import { fromWireConfig, fromWireMeta } from "../../../src/frames/meta/wire-meta.ts";
import type { Description } from "../describe.ts";

type FieldDescription = Description["fields"][number];

/** The frame that a golden description tells of, every bit of it. */
export function frameOfDescription({ name, refId, meta, fields }: Description): Frame {
  return createFrame({ name, refId, meta: readMeta(meta), fields: fields.map(readField) });
}

function readMeta(meta: unknown): FrameMeta | undefined {
  return meta === null ? undefined : fromWireMeta(meta as Parameters<typeof fromWireMeta>[0]);
}

function readField(field: FieldDescription): AnyField {
  const { name, nullable, values } = field;
  const hasNulls = values.includes(null);
  const validity = hasNulls ? makeBitmap(values.length, (row) => values[row] !== null) : undefined;
  const column = { length: values.length, ...readValues(field), validity };
  return createField(name, field.kind as FieldKind, column, {
    nullable,
    labels: (field.labels ?? undefined) as Labels | undefined,
    config: readConfig(field.config),
  }) as AnyField;
}

function readConfig(config: unknown): FieldConfig | undefined {
  return config === null ? undefined : fromWireConfig(config as Parameters<typeof fromWireConfig>[0]);
}

function readValues({ kind, values }: FieldDescription): Pick<Column, "data" | "offsets"> {
  switch (kind) {
    case "string":
    case "json":
      return packTexts(values);
    case "bool":
      return { data: makeBitmap(values.length, (row) => values[row] === "true") };
    default: {
      const data = new kinds[kind as FieldKind].data(values.length);
      const bytes = Buffer.from(data.buffer);
      const isFloat = kind.startsWith("float");
      values.forEach((value, row) => {
        if (value === null) return;
        if (isFloat) {
          Buffer.from(value, "hex")
            .reverse()
            .copy(bytes, row * data.BYTES_PER_ELEMENT);
        } else if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[row] = BigInt(value);
        else data[row] = Number(value);
      });
      return { data };
    }
  }
}

import {
  type AnyField,
  createField,
  createFrame,
  type FieldKind,
  type Frame,
} from "grafana-plugin-protocol/frames";
import type { Found, Target } from "./simple-json-api.ts";

/** A series is a time and a number, named by its target, which alert rules can evaluate; a table has typed columns. */
export function toFrame({ target, datapoints = [], columns, rows = [] }: Target): Frame {
  if (columns !== undefined && columns.length > 0) {
    const fields = columns.map(({ text, type }, index) => {
      const kind = kindOf(type);
      return createField(text, kind, rows.map((row) => cellOf(kind, row[index])) as never, {
        nullable: true,
      }) as AnyField;
    });
    return createFrame({ fields, meta: { preferredVisualisationType: "table" } });
  }
  const times = datapoints.map(([, epochMs]) => new Date(epochMs));
  const values = datapoints.map(([value]) => value);
  return createFrame({
    name: target,
    fields: [
      createField("time", "time", times),
      createField("value", "float64", values, { nullable: true, config: { displayNameFromDS: target } }),
    ],
  });
}

/** The names that a search finds, with their values if it has some, for variables of a dashboard. */
export function toSearchFrame(found: Found): Frame {
  const texts = found.map((item) => (typeof item === "string" ? item : item.text));
  const values = found.flatMap((item) => (typeof item === "string" ? [] : [BigInt(item.value)]));
  const text = createField("text", "string", texts);
  if (values.length !== found.length || found.length === 0) return createFrame({ fields: [text] });
  return createFrame({ fields: [text, createField("value", "int64", values)] });
}

function kindOf(type: string): FieldKind & ("float64" | "string" | "time") {
  return type === "time" ? "time" : type === "number" ? "float64" : "string";
}

function cellOf(kind: FieldKind, cell: unknown): unknown {
  if (kind === "time") return typeof cell === "number" ? new Date(cell) : null;
  if (kind === "float64") return typeof cell === "number" ? cell : null;
  return cell === null || cell === undefined ? null : String(cell);
}

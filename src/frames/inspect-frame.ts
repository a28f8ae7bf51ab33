import { messageOf } from "../errors.ts";
import type { Field } from "./field.ts";
import type { Frame } from "./frame.ts";

/** The method that console.log of Node.js, Deno and Bun calls to show an object. */
export const inspectSymbol: unique symbol = Symbol.for("nodejs.util.inspect.custom") as typeof inspectSymbol;

const maxFields = 20;
const maxRows = 5;

/** Adds the method that shows a frame in logs. Not enumerable, so copies and comparisons ignore it. */
const frameInspector: PropertyDescriptor = Object.freeze({
  value(this: Frame) {
    return describeSafely(describeFrame, this);
  },
});

/** Made once, because frames are made often. */
export function showFrame(frame: Frame): Frame {
  return Object.defineProperty(frame, inspectSymbol, frameInspector);
}

/** The text that is shown for a field. */
export function showField(field: Field): string {
  return describeSafely(describeField, field);
}

function describeSafely<T>(describe: (value: T) => string, value: T): string {
  try {
    return describe(value);
  } catch (error) {
    return `[cannot be shown: ${messageOf(error)}]`;
  }
}

/** A line for the frame and one for each of the first fields. */
function describeFrame({ name, refId, length, fields }: Frame): string {
  const title = [`Frame ${JSON.stringify(name)}`, refId === "" ? "" : ` refId ${JSON.stringify(refId)}`].join(
    "",
  );
  const lines = fields.slice(0, maxFields).map((field) => `  ${describeField(field as Field)}`);
  if (fields.length > maxFields) lines.push(`  … ${fields.length - maxFields} more fields`);
  return [`${title}: ${count(length, "row")}, ${count(fields.length, "field")}`, ...lines].join("\n");
}

/** Name, labels, kind and the first values. */
function describeField(field: Field): string {
  const labels = Object.entries(field.labels ?? {}).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const rows = Math.min(field.length, maxRows);
  const values = Array.from({ length: rows }, (_, row) => describeValue(field.kind, field.get(row)));
  if (field.length > rows) values.push(`… ${field.length - rows} more`);
  const label = labels.length === 0 ? "" : ` {${labels.join(", ")}}`;
  const nullable = field.nullable ? " nullable" : "";
  return `${JSON.stringify(field.name)}${label} ${field.kind}${nullable} [${values.join(", ")}]`;
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? "" : "s"}`;
}

function describeValue(kind: string, value: unknown): string {
  if (typeof value === "bigint") return kind === "time" ? describeTime(value) : `${value}n`;
  if (typeof value !== "object" && typeof value !== "string") return String(value);
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** A date, followed by the digits beyond milliseconds. */
function describeTime(ns: bigint): string {
  const rest = ((ns % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const text = new Date(Number((ns - rest) / 1_000_000n)).toISOString();
  return rest === 0n ? text : text.replace("Z", `${String(rest).padStart(6, "0")}Z`);
}

import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Answer, Form, JudgedVector } from "./vector.ts";

/**
 * Formats the vectors of one package as a file: one line each, columns separated by TAB.
 *
 * `<id> <class> <input> <expected binary> <expected JSON>`, where the id names form, message, field and case. An expected
 * value of `=` is the input, `!` is a rejection.
 */
export function formatCaseFile(vectors: readonly JudgedVector[]): string {
  return vectors.map((vector) => `${formatLine(vector)}\n`).join("");
}

/** Parses a file of {@link formatCaseFile}. */
export function parseCaseFile(text: string): JudgedVector[] {
  return text.split("\n").filter(Boolean).map(parseLine);
}

function formatLine({ id, kind, form, input, expected }: JudgedVector): string {
  const columns = [id, kind, form === "json" ? formatText(input) : formatBytes(input)];
  if (expected.is === "refused") return [...columns, "!"].join("\t");
  const json = new TextEncoder().encode(expected.json ?? "");
  const isInput = (bytes: Uint8Array, of: Form): boolean => of === form && Buffer.compare(bytes, input) === 0;
  columns.push(isInput(expected.binary, "binary") ? "=" : formatBytes(expected.binary));
  columns.push(isInput(json, "json") ? "=" : formatText(json));
  return columns.join("\t");
}

function parseLine(line: string): JudgedVector {
  const [id = "", kind = "", inputColumn = "", binaryColumn = "", jsonColumn = ""] = line.split("\t");
  const [form, message] = id.split("/");
  if ((form !== "binary" && form !== "json") || message === undefined) {
    throw new Error(`expected a line that starts with "binary/" or "json/", got "${line.slice(0, 60)}"`);
  }
  const input = form === "json" ? parseText(inputColumn) : parseBytes(inputColumn);
  const expected: Answer =
    binaryColumn === "!"
      ? { is: "refused", reason: "" }
      : {
          is: "ok",
          binary: binaryColumn === "=" ? input : parseBytes(binaryColumn),
          json: new TextDecoder().decode(jsonColumn === "=" ? input : parseText(jsonColumn)),
        };
  return { id, kind, form, message, input, expected };
}

/** Longer values are deflated. */
const longBytes = 200;

/** Base64; of long values `z:` and the base64 of the deflated bytes. */
function formatBytes(bytes: Uint8Array): string {
  if (bytes.length < longBytes) return toBase64(bytes);
  return `z:${toBase64(deflateRawSync(bytes, { level: 9 }))}`;
}

function parseBytes(column: string): Uint8Array {
  return column.startsWith("z:")
    ? new Uint8Array(inflateRawSync(fromBase64(column.slice(2))))
    : fromBase64(column);
}

/** The text as it is when it is short printable ASCII, otherwise `b:` and its bytes. */
function formatText(bytes: Uint8Array): string {
  const isPlain = bytes.length < longBytes && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  const text = Buffer.from(bytes).toString("latin1");
  return isPlain && !text.startsWith("b:") ? text : `b:${formatBytes(bytes)}`;
}

function parseText(column: string): Uint8Array {
  return column.startsWith("b:") ? parseBytes(column.slice(2)) : new TextEncoder().encode(column);
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

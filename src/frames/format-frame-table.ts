import { checkFrame } from "./check-frame.ts";
import { unpackTexts } from "./columns/text-column.ts";
import type { AnyField } from "./field.ts";
import { kinds } from "./field-kind.ts";
import type { Frame } from "./frame.ts";
import { invalidArgument } from "./invalid-value.ts";
import { float32Digits } from "./json/go-text.ts";
import { formatLabels } from "./labels.ts";

/** How much of a frame {@link formatFrameTable} shows. */
export interface FrameTableOptions {
  /**
   * Rows of the table; of more rows the last line says so. Default 10, as the golden files of the Go SDK have;
   * `Infinity` for all.
   */
  readonly maxRows?: number | undefined;
  /** Columns of the table, at least 2; of more fields the last column says so. Default 100; `Infinity` for all. */
  readonly maxFields?: number | undefined;
}

const cut = "...";

/**
 * Formats a frame as a text table for people: in logs, failing tests and golden files. The header of each field has its
 * name, its labels and Go's name of its type; a null is `null`. Texts and layout are those of the Go SDK's `StringTable`,
 * with times in UTC; characters that take two columns in a terminal are counted as one.
 *
 * @throws FrameError `invalid_value` for options out of range.
 */
export function formatFrameTable(frame: Frame, options: FrameTableOptions = {}): string {
  checkFrame("formatFrameTable", frame);
  const { maxRows = 10, maxFields = 100 } = options;
  checkCount("maxRows", maxRows, 0);
  checkCount("maxFields", maxFields, 2);
  const { name, fields, length } = frame;
  const shown = fields.length > maxFields ? fields.slice(0, maxFields - 1) : fields;
  const hidden = fields.length - shown.length;
  const header = shown.map(describeField);
  if (hidden > 0) header.push([`${cut}+${hidden} field${cut}`]);
  // With a limit of 0 there is the header alone.
  const rows = length > maxRows ? Math.max(maxRows - 1, 0) : length;
  const columns = shown.map((field) => cellsOf(field, rows));
  const body = Array.from({ length: rows }, (_, row) => [
    ...columns.map((cells) => splitLines(cells[row] as string)),
    ...(hidden > 0 ? [[cut]] : []),
  ]);
  if (length > maxRows && maxRows > 0) body.push(header.map(() => [cut]));
  return [
    `Name: ${name}`,
    `Dimensions: ${fields.length} Fields by ${length} Rows`,
    ...drawTable(header, body),
    "",
  ].join("\n");
}

function checkCount(option: string, value: number, least: number): void {
  if (value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value >= least)) return;
  throw invalidArgument(`formatFrameTable: ${option}`, `a whole number from ${least} on, or Infinity`, value);
}

function describeField({ name, labels, kind, nullable }: AnyField): string[] {
  return [
    ...splitLines(`Name: ${name}`),
    ...splitLines(`Labels: ${formatLabels(labels ?? {})}`),
    `Type: []${nullable ? "*" : ""}${kinds[kind].goType}`,
  ];
}

/** A tab would move what follows it. */
function splitLines(text: string): string[] {
  return text.replaceAll("\t", "  ").split("\n");
}

/** Header and rows of cells, each of some lines. */
function drawTable(header: readonly string[][], body: readonly string[][][]): string[] {
  if (header.length === 0) return [];
  const widths = header.map((lines) => widest(lines));
  for (const row of body) {
    row.forEach((lines, column) => {
      widths[column] = Math.max(widths[column] as number, widest(lines));
    });
  }
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+`;
  const draw = (cells: readonly string[][]): string[] =>
    Array.from({ length: Math.max(...cells.map((lines) => lines.length)) }, (_, line) => {
      const parts = widths.map((width, column) => pad(cells[column]?.[line] ?? "", width));
      return `| ${parts.join(" | ")} |`;
    });
  const rows = body.flatMap(draw);
  return [rule, ...draw(header), rule, ...(rows.length === 0 ? [] : [...rows, rule])];
}

function widest(lines: readonly string[]): number {
  return lines.reduce((width, line) => Math.max(width, countCharacters(line)), 0);
}

function pad(text: string, width: number): string {
  return text + " ".repeat(width - countCharacters(text));
}

function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function cellsOf(field: AnyField, rows: number): string[] {
  const texts = field.kind === "json" ? rawTexts(field, rows) : undefined;
  return Array.from({ length: rows }, (_, row) => {
    const value = field.get(row);
    // JSON's own null is a value, so validity decides.
    if (value === null && !(texts !== undefined && isValid(field, row))) return "null";
    return texts?.[row] ?? formatValue(field.kind, value);
  });
}

function isValid({ column: { validity } }: AnyField, row: number): boolean {
  return validity === undefined || (((validity[row >> 3] as number) >> (row & 7)) & 1) === 1;
}

/** JSON as it was sent. */
function rawTexts({ column: { data, offsets } }: AnyField, rows: number): string[] {
  return unpackTexts({ data: data as Uint8Array, offsets: (offsets as Int32Array).subarray(0, rows + 1) });
}

function formatValue(kind: AnyField["kind"], value: unknown): string {
  if (kind === "time") return formatTime(value as bigint);
  if (kind === "float32" || kind === "float64") return formatFloat(kind, value as number);
  return String(value);
}

/** As Go's `%v`: an exponent of at least two digits below 1e-4 and from 1e21 on. */
function formatFloat(kind: "float32" | "float64", value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  const text = kind === "float32" ? float32Digits(value) : String(value);
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-4) return withExponent(text);
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

/** The digits of a number below 1e-4, which JavaScript writes with an exponent only below 1e-6. */
function withExponent(text: string): string {
  const [, sign = "", digits = "", rest = "", exponent] = /^(-?)(\d)\.?(\d*)(?:e-(\d+))?$/.exec(text) ?? [];
  if (exponent !== undefined) {
    return `${sign}${digits}${rest === "" ? "" : `.${rest}`}e-${exponent.padStart(2, "0")}`;
  }
  const zeros = /^0*/.exec(rest)?.[0].length ?? 0;
  const tail = rest.slice(zeros + 1);
  return `${sign}${rest[zeros]}${tail === "" ? "" : `.${tail}`}e-${String(zeros + 1).padStart(2, "0")}`;
}

/** `2026-01-02 03:04:05.5 +0000 UTC` */
function formatTime(ns: bigint): string {
  const rest = ((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const date = new Date(Number((ns - rest) / 1_000_000n)).toISOString().slice(0, 19).replace("T", " ");
  const fraction = String(rest).padStart(9, "0").replace(/0+$/, "");
  return `${date}${fraction === "" ? "" : `.${fraction}`} +0000 UTC`;
}

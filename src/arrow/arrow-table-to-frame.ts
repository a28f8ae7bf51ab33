import { type Field as ArrowField, type Data, DataType, Table } from "apache-arrow";
import { joinColumns } from "../frames/arrow/join-columns.ts";
import { readFieldTexts, readMeta } from "../frames/arrow/wire-entries.ts";
import { createField } from "../frames/create-field.ts";
import { createFrame } from "../frames/create-frame.ts";
import type { AnyField } from "../frames/field.ts";
import { fieldFromColumn } from "../frames/field-from-column.ts";
import type { FieldKind } from "../frames/field-kind.ts";
import type { Frame } from "../frames/frame.ts";
import { FrameError } from "../frames/frame-error.ts";
import { invalidArgument } from "../frames/invalid-value.ts";
import { type ConversionName, type Conversions, defaultConversions } from "./conversions.ts";
import { type Choices, type Converter, converterOf, enumTexts } from "./convert-column.ts";
import { plainColumn, plainKindOf } from "./plain-column.ts";

/** Options of {@link arrowTableToFrame}. */
export interface TableOptions {
  /**
   * What becomes of the types that frames do not have. Default: each becomes what {@link Conversions} names first. `"none"`
   * refuses all of them, as `decodeFrame` does.
   */
  readonly conversions?: Conversions | "none" | undefined;
  /** Other conversions for columns of these names; of `struct` with `flatten`, also by dotted name. */
  readonly columns?: Readonly<Record<string, Conversions>> | undefined;
}

/** A column that became a field of another type. */
export interface ConvertedColumn {
  /** Its name, and its position in the frame: names may repeat. */
  readonly field: string;
  readonly index: number;
  /** The type that it had, as apache-arrow prints it. */
  readonly from: string;
  readonly to: FieldKind;
  readonly conversion: ConversionName;
  /** What was chosen for the conversion, such as `float64`. */
  readonly choice: string;
  /** Whether each value is the whole value. A decimal of more than 15 digits is not, as a float64. */
  readonly isExact: boolean;
}

/** A frame made of a table, and what had to be converted for it. */
export interface TableFrame {
  readonly frame: Frame;
  readonly conversions: readonly ConvertedColumn[];
}

/** A column of the table, or a child of one. */
interface Column {
  readonly field: ArrowField;
  readonly name: string;
  readonly chunks: readonly Data[];
  /** Whether the parent of a chunk has a value; for children only. */
  readonly hasParent?: (chunk: number, row: number) => boolean;
}

/**
 * Converts a Table of apache-arrow to a frame. A table that {@link frameToArrowTable} made, or that `readTable` read from a file
 * of a frame, becomes the same frame again. Types of other producers that frames do not have become what `conversions` says;
 * each such column is in the answer.
 *
 * Columns without a conversion are views of the table's memory if the table is one batch.
 *
 * @throws FrameError `arrow_unsupported` for a type that has no conversion, or whose conversion is refused; it names the
 *   column and its type. `time_out_of_range` for times outside of the years 1677 to 2262; `invalid_meta`,
 *   `invalid_labels`, `invalid_config` for metadata that frames do not have; `limit_exceeded`.
 */
export function arrowTableToFrame(table: Table, options: TableOptions = {}): TableFrame {
  if (!Table.isTable(table)) throw invalidArgument("arrowTableToFrame", "a Table of apache-arrow", table);
  const { metadata } = table.schema;
  const conversions: ConvertedColumn[] = [];
  const fields: AnyField[] = [];
  const columns = table.schema.fields.map((field, i) => ({
    field,
    // apache-arrow reads an empty name as null.
    name: (field.name as string | null) ?? "",
    chunks: table.batches.map(({ data }) => data.children[i] as Data),
  }));
  for (const column of columns) addFields(column, options, fields, conversions);
  const frame = createFrame({
    name: metadata.get("name"),
    refId: metadata.get("refId"),
    meta: readMeta(metadata.get("meta")),
    fields,
  });
  return { frame, conversions };
}

function addFields(
  column: Column,
  options: TableOptions,
  fields: AnyField[],
  conversions: ConvertedColumn[],
): void {
  const { field, name, chunks } = column;
  // The type of the values counts: apache-arrow mixes up the fields of one name.
  const type = chunks[0]?.type ?? field.type;
  const texts = readFieldTexts(name, field.metadata.get("labels"), field.metadata.get("config"));
  const plain = plainKindOf(type, field.metadata.get("tstype"));
  if (plain !== undefined && column.hasParent === undefined) {
    const parts = chunks.map((chunk) => plainColumn(plain, chunk));
    const joined = joinColumns(plain, parts);
    const nullable = field.nullable || joined.validity !== undefined;
    fields.push(fieldFromColumn(name, plain, joined.length, joined, { nullable, ...texts }) as AnyField);
    return;
  }
  const choices = choicesFor(name, options);
  if (DataType.isStruct(type) && choices.struct === "flatten") {
    for (const child of childrenOf(column, type)) addFields(child, options, fields, conversions);
    return;
  }
  const converter = plain === undefined ? converterOf(type, choices) : copyOf(plain);
  if ("refused" in converter) throw unsupported(name, type, converter.refused, choices);
  const { kind, values, config, isExact } = convert(column, type, converter);
  const options_ = {
    labels: texts.labels,
    config: config === undefined ? texts.config : { ...config, ...texts.config },
    nullable: field.nullable || values.includes(null),
  };
  if (plain === undefined) {
    const { name: conversion, choice } = converter as Converter;
    const index = fields.length;
    conversions.push({ field: name, index, from: String(type), to: kind, conversion, choice, isExact });
  }
  fields.push(createField(name, kind, values as never, options_) as AnyField);
}

/** The default, what the caller wants, what the caller wants of this column. */
function choicesFor(name: string, { conversions = {}, columns = {} }: TableOptions): Choices {
  const own = Object.hasOwn(columns, name) ? columns[name] : undefined;
  const general = conversions === "none" ? nothing : withoutUndefined(conversions);
  return { ...defaultConversions, ...general, ...withoutUndefined(own ?? {}) } as Choices;
}

const nothing: Readonly<Record<string, false>> = Object.fromEntries(
  Object.keys(defaultConversions).map((name) => [name, false]),
);

function withoutUndefined(conversions: Conversions): Conversions {
  return Object.fromEntries(Object.entries(conversions).filter(([, choice]) => choice !== undefined));
}

function childrenOf({ name, chunks, hasParent }: Column, type: DataType): Column[] {
  return (type.children as ArrowField[]).map((field, i) => ({
    field,
    name: `${name}.${field.name}`,
    chunks: chunks.map(({ children }) => children[i] as Data),
    hasParent: (chunk, row) =>
      (hasParent?.(chunk, row) ?? true) && ((chunks[chunk] as Data).getValid(row) as boolean),
  }));
}

/** Reads a child row by row, because its parent may be null where it is not. */
function copyOf(kind: FieldKind): Pick<Converter, "kind" | "config" | "read" | "isExact"> {
  const views = new WeakMap<Data, AnyField>();
  return {
    kind,
    read: (data, row) => {
      let view = views.get(data);
      if (view === undefined) {
        view = fieldFromColumn("", kind, data.length, plainColumn(kind, data), {
          nullable: true,
        }) as AnyField;
        views.set(data, view);
      }
      return view.get(row);
    },
  };
}

interface Converted extends Pick<Converter, "kind" | "config"> {
  readonly values: unknown[];
  readonly isExact: boolean;
}

function convert(
  { name, chunks, hasParent }: Column,
  type: DataType,
  converter: Pick<Converter, "kind" | "config" | "read" | "isExact">,
): Converted {
  const { kind, config, read, isExact } = converter;
  let isWhole = true;
  const values = chunks.flatMap((chunk, index) =>
    Array.from({ length: chunk.length }, (_, row) => {
      if (!chunk.getValid(row) || !(hasParent?.(index, row) ?? true)) return null;
      if (isWhole && isExact !== undefined) isWhole = isExact(chunk, row);
      return read(chunk, row);
    }),
  );
  if (kind !== "enum") return { kind, ...(config === undefined ? {} : { config }), values, isExact: isWhole };
  return {
    kind,
    config: { type: { enum: { text: textsOf(name, type, chunks) } } },
    values,
    isExact: isWhole,
  };
}

/** The texts of an enum: of the last batch, whose dictionary has those of all before. */
function textsOf(name: string, type: DataType, chunks: readonly Data[]): string[] {
  const dictionaries = new Set(
    chunks.flatMap(({ dictionary }) => (dictionary === undefined ? [] : [dictionary])),
  );
  const lists = [...dictionaries].map((dictionary) => enumTexts(dictionary));
  const longest = lists.reduce<string[] | undefined>(
    (long, list) => (list !== undefined && list.length >= (long?.length ?? 0) ? list : long),
    [],
  );
  const isOne = lists.every((list) => list?.every((text, i) => text === longest?.[i]) ?? false);
  if (longest !== undefined && isOne) return longest;
  throw new FrameError(
    "arrow_unsupported",
    `column "${name}" of type ${type}: expected one dictionary of at most 65536 texts for a field of kind enum, ` +
      'got larger ones, or different ones in its batches: choose { dictionary: "values" }',
  );
}

function unsupported(
  name: string,
  type: DataType,
  refused: ConversionName | undefined,
  choices: Choices,
): FrameError {
  const [seen, advice] =
    refused === undefined
      ? ["a type that has no conversion", "cast it where the table is made"]
      : choices[refused] === false
        ? [`a type whose conversion "${refused}" is refused`, "allow it, or cast it where the table is made"]
        : ["a type that has no conversion of that choice", "choose another"];
  return new FrameError("arrow_unsupported", `column "${name}" of type ${type}: ${seen}: ${advice}`);
}

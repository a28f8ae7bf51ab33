import type { Column } from "../column.ts";
import { type AnyField, fieldFromColumn } from "../field.ts";
import type { Labels } from "../field-config.ts";
import { kinds } from "../field-kind.ts";
import { createFrame, type Frame } from "../frame.ts";
import { FrameError, type FrameErrorCode } from "../frame-error.ts";
import { fromWireConfig, fromWireMeta, toWireConfig, toWireMeta } from "../wire-meta.ts";
import { joinColumns } from "./join-columns.ts";
import { readColumns } from "./read-columns.ts";
import { type ArrowField, readArrowFile } from "./read-file.ts";
import { viewBudget } from "./read-texts.ts";
import { type ArrowLayout, layoutOf } from "./read-type.ts";

/**
 * Reads a frame from an Arrow file. Nothing of the file is trusted, and the work is bounded by its size.
 *
 * The columns are views of `input` where the file is aligned to 8 bytes in its buffer, and keep it alive. Of a small file
 * that is not they are views of a copy.
 *
 * This is not apache-arrow's reader, which may run for ever on a broken file, and gives of fields with one name the first
 * the type of the last.
 */
export function decodeArrow(input: Uint8Array): Frame {
  const bytes = alignSmall(input);
  const file = readArrowFile(bytes);
  const layouts = file.fields.map(layoutOf);
  const budget = viewBudget(bytes.length);
  const batches = file.batches.map((batch) => readColumns(bytes, file.fields, layouts, batch, budget));
  const fields = file.fields.map((field, i) => {
    const layout = layouts[i] as ArrowLayout;
    const parts = batches.map((columns) => columns[i] as Column);
    return toField(field, layout, parts.length === 0 ? emptyColumn(layout) : joinColumns(layout.kind, parts));
  });
  const meta = readJson("invalid_meta", "the frame's meta", file.metadata.get("meta"));
  return createFrame({
    name: file.metadata.get("name"),
    refId: file.metadata.get("refId"),
    meta: meta && readShape("invalid_meta", "the frame's meta", () => fromWireMeta(meta), toWireMeta),
    fields,
  });
}

/** Up to this size one copy of all costs less than memory for each column, of which garbage collection has more work. */
const smallBytes = 2 ** 15;

function alignSmall({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  // A Buffer's slice() is no copy and would stay unaligned.
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return byteOffset % 8 === 0 || byteLength > smallBytes ? bytes : bytes.slice();
}

function emptyColumn({ kind }: ArrowLayout): Column {
  const hasOffsets = kind === "string" || kind === "json";
  return { length: 0, data: new kinds[kind].data(0), ...(hasOffsets ? { offsets: new Int32Array(1) } : {}) };
}

function toField({ name, nullable, metadata }: ArrowField, { kind }: ArrowLayout, column: Column): AnyField {
  const what = `the config of field "${name}"`;
  const config = readJson("invalid_config", what, metadata.get("config"));
  return fieldFromColumn(name, kind, column.length, column, {
    nullable,
    labels: readLabels(name, metadata.get("labels")),
    config: config && readShape("invalid_config", what, () => fromWireConfig(config), toWireConfig),
  }) as AnyField;
}

function readLabels(name: string, text: string | undefined): Labels | undefined {
  const labels = readJson("invalid_labels", `the labels of field "${name}"`, text);
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (typeof value !== "string") {
      throw new FrameError(
        "invalid_labels",
        `label "${key}" of field "${name}": expected a string, got ${typeof value}`,
      );
    }
  }
  return labels as Labels | undefined;
}

function readJson(
  code: FrameErrorCode,
  what: string,
  text: string | undefined,
): { [key: string]: unknown } | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FrameError(code, `${what}: expected JSON, got ${JSON.stringify(text.slice(0, 80))}`, { cause });
  }
  if (value === null) return undefined;
  if (typeof value === "object" && !Array.isArray(value)) return value as { [key: string]: unknown };
  throw new FrameError(code, `${what}: expected a JSON object, got ${text.slice(0, 80)}`);
}

/**
 * What stands in place of a list or an object shows when it is used as one, and so does what is nested too deeply. Rules of
 * the encoder's are not the decoder's: a host may show what it could not send.
 */
function readShape<T>(code: FrameErrorCode, what: string, read: () => T, write: (value: T) => unknown): T {
  let value: T | undefined;
  try {
    value = read();
    write(value);
    return value;
  } catch (cause) {
    if (cause instanceof FrameError && value !== undefined) return value;
    throw new FrameError(code, `${what}: expected lists and objects where the wire has them`, { cause });
  }
}

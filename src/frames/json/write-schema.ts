import type { AnyField } from "../field.ts";
import { type FieldKind, type KindInfo, kinds } from "../field-kind.ts";
import type { Frame } from "../frame.ts";
import { formatLabels, formatWire, toWireConfig, toWireMeta } from "../meta/wire-meta.ts";
import { type ByteWriter, writeText } from "./byte-writer.ts";
import { goName, goText, quoteText } from "./go-text.ts";

/** How many characters are written at a time: so few that they are joined in young memory. */
const pieceLength = 8192;

/**
 * Writes a frame without its rows.
 *
 * @throws FrameError `invalid_meta`, `invalid_config`, `invalid_labels`.
 */
export function writeSchema(writer: ByteWriter, { name, refId, meta, fields }: Frame): void {
  let piece = "{";
  if (name !== "") piece += `"name":${formatName(name)},`;
  if (refId !== "") piece += `"refId":${formatName(refId)},`;
  if (meta !== undefined) piece += `"meta":${goText(formatWire(() => toWireMeta(meta)))},`;
  piece += '"fields":[';
  for (let i = 0; i < fields.length; i++) {
    if (i > 0) piece += ",";
    piece += formatField(fields[i] as AnyField);
    if (piece.length < pieceLength) continue;
    writeText(writer, piece);
    piece = "";
  }
  writeText(writer, `${piece}]}`);
}

/** The members that say the type, by kind. */
const types = Object.fromEntries(
  Object.entries(kinds).map(([kind, { goType, frontendType }]: [string, KindInfo]) => [
    kind,
    `"type":"${frontendType}","typeInfo":{"frame":"${goType}"`,
  ]),
) as Readonly<Record<FieldKind, string>>;

function formatField({ name, kind, nullable, labels, config }: AnyField): string {
  let text = name === "" ? "{" : `{"name":${formatName(name)},`;
  text += types[kind];
  text += nullable ? ',"nullable":true}' : "}";
  if (labels !== undefined) text += `,"labels":${goName(formatLabels(labels))}`;
  if (config !== undefined) text += `,"config":${goText(formatWire(() => toWireConfig(config), "config"))}`;
  return `${text}}`;
}

function formatName(text: string): string {
  return goName(quoteText(text));
}

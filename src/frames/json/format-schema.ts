import type { AnyField } from "../field.ts";
import { kinds } from "../field-kind.ts";
import type { Frame } from "../frame.ts";
import { formatWire, toWireConfig, toWireLabels, toWireMeta } from "../wire-meta.ts";
import { goName, goText } from "./go-text.ts";

/**
 * Writes a frame without its rows.
 *
 * @throws FrameError `invalid_meta`, `invalid_config`, `invalid_labels`.
 */
export function formatSchema(frame: Frame): string {
  const members: string[] = [];
  if (frame.name !== "") members.push(`"name":${name(frame.name)}`);
  if (frame.refId !== "") members.push(`"refId":${name(frame.refId)}`);
  const { meta } = frame;
  if (meta !== undefined) members.push(`"meta":${goText(formatWire(() => toWireMeta(meta)))}`);
  members.push(`"fields":[${frame.fields.map(formatField).join(",")}]`);
  return `{${members.join(",")}}`;
}

function formatField(field: AnyField): string {
  const { goType, frontendType } = kinds[field.kind];
  const members: string[] = [];
  if (field.name !== "") members.push(`"name":${name(field.name)}`);
  members.push(`"type":"${frontendType}"`);
  members.push(`"typeInfo":{"frame":"${goType}"${field.nullable ? ',"nullable":true' : ""}}`);
  const { labels, config } = field;
  if (labels !== undefined)
    members.push(`"labels":${goName(formatWire(() => toWireLabels(labels), "labels"))}`);
  if (config !== undefined)
    members.push(`"config":${goText(formatWire(() => toWireConfig(config), "config"))}`);
  return `{${members.join(",")}}`;
}

function name(text: string): string {
  return goName(JSON.stringify(text));
}

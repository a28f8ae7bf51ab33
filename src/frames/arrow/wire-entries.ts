import type { AnyField } from "../field.ts";
import type { FieldConfig, Labels } from "../field-config.ts";
import { kinds } from "../field-kind.ts";
import type { Frame } from "../frame.ts";
import { FrameError, type FrameErrorCode } from "../frame-error.ts";
import type { FrameMeta } from "../frame-meta.ts";
import { goText } from "../json/go-text.ts";
import {
  formatLabels,
  formatWire,
  fromWireConfig,
  fromWireMeta,
  toWireConfig,
  toWireMeta,
} from "../meta/wire-meta.ts";
import { readShape, type Shape } from "../meta/wire-shape.ts";
import { configShape, labelsShape, metaShape } from "../meta/wire-shapes.ts";

/** What the Go SDK writes beside the values, as texts in the metadata of an Arrow schema and of its fields. */
export type Entries = readonly (readonly [key: string, value: string])[];

/** @throws FrameError `invalid_meta`. */
export function frameEntries({ name, meta }: Frame, refId: string): Entries {
  const entries = [
    ["name", name],
    ["refId", refId],
  ] as const;
  return meta === undefined ? entries : [["meta", goText(formatWire(() => toWireMeta(meta)))], ...entries];
}

/** @throws FrameError `invalid_config`, `invalid_labels`. */
export function fieldEntries({ kind, labels, config }: AnyField): Entries {
  const configJson = configText(config);
  const labelsJson = labelsText(labels);
  return [
    ...(configJson === undefined ? [] : [["config", configJson] as const]),
    ...(labelsJson === undefined ? [] : [["labels", labelsJson] as const]),
    ["tstype", kinds[kind].frontendType],
  ];
}

export function configText(config: FieldConfig | undefined): string | undefined {
  return config === undefined ? undefined : goText(formatWire(() => toWireConfig(config), "config"));
}

export function labelsText(labels: Labels | undefined): string | undefined {
  return labels === undefined ? undefined : goText(formatLabels(labels));
}

/** @throws FrameError `invalid_meta`. */
export function readMeta(text: string | undefined): FrameMeta | undefined {
  const meta = readJson("invalid_meta", "the frame's meta", metaShape, text);
  return meta && fromWireMeta(meta);
}

/**
 * Labels and config of a field.
 *
 * @throws FrameError `invalid_labels`, `invalid_config`.
 */
export function readFieldTexts(
  name: string,
  labelsJson: string | undefined,
  configJson: string | undefined,
): { readonly labels: Labels | undefined; readonly config: FieldConfig | undefined } {
  // Many fields have neither: their texts for errors are not made.
  const labels =
    labelsJson === undefined
      ? undefined
      : readJson("invalid_labels", `the labels of field "${name}"`, labelsShape, labelsJson);
  const config =
    configJson === undefined
      ? undefined
      : readJson("invalid_config", `the config of field "${name}"`, configShape, configJson);
  return { labels: labels as Labels | undefined, config: config && fromWireConfig(config) };
}

function readJson(
  code: FrameErrorCode,
  what: string,
  shape: Shape,
  text: string | undefined,
): { [key: string]: unknown } | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FrameError(code, `${what}: expected JSON, got ${JSON.stringify(text.slice(0, 80))}`, { cause });
  }
  return value === null ? undefined : (readShape(code, what, shape, value) as { [key: string]: unknown });
}

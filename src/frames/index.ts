export { type AlertingCheck, checkAlerting } from "./alerting.ts";
export { checkFrameType, type FrameTypeCheck } from "./check-frame-type.ts";
export type { Column } from "./columns/column.ts";
export { createField, type FieldInput, type ValueInput } from "./create-field.ts";
export { createFrame, type FrameInit } from "./create-frame.ts";
export type { AnyField, Field, FieldOptions } from "./field.ts";
export type {
  DataLink,
  EnumFieldConfig,
  FieldConfig,
  Labels,
  SpecialValueMatch,
  Threshold,
  ThresholdsConfig,
  ValueMapping,
  ValueMappingResult,
} from "./field-config.ts";
export type { DataOf, FieldKind, ValueOf } from "./field-kind.ts";
export { type FrameTableOptions, formatFrameTable } from "./format-frame-table.ts";
export type { Frame } from "./frame.ts";
export { frameBatches } from "./frame-batches.ts";
export type { FrameBytes } from "./frame-bytes.ts";
export {
  type DecodeOptions,
  decodeFrame,
  decodeFrames,
  type EncodeOptions,
  encodeFrame,
  encodeFrames,
  type FrameCodec,
  type FrameFormat,
  loadFrameCodec,
} from "./frame-codec.ts";
export { FrameError, type FrameErrorCode } from "./frame-error.ts";
export { frameFromObjects, type ObjectOptions } from "./frame-from-objects.ts";
export type { FrameMeta, Notice, QueryStat } from "./frame-meta.ts";
export type { FrameKind, FrameType } from "./frame-type.ts";
export type { FrameJsonPart } from "./json/encode-frame-json.ts";
export { formatFrameJson } from "./json/format-frame-json.ts";
export { parseFrameJson } from "./json/parse-frame-json.ts";
export { fingerprintLabels, formatLabels, parseLabels } from "./labels.ts";
export { type ColumnSpec, frameFromRows, type RowColumns, rowsOf } from "./rows.ts";
export { type Fill, longToWide, type SeriesLimits } from "./time-series/long-to-wide.ts";
export { type ResampleOptions, resample } from "./time-series/resample.ts";
export { sortWideFields } from "./time-series/sort-wide-fields.ts";
export { type TimeSeriesKind, timeSeriesKind } from "./time-series/time-series-kind.ts";
export { wideToLong } from "./time-series/wide-to-long.ts";

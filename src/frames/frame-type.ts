/** The shapes of a frame that `meta.type` may name: those of the data plane contract, and those that hosts know beside it. */
export type FrameType =
  | "timeseries-wide"
  | "timeseries-long"
  | "timeseries-multi"
  /** An old name of `timeseries-multi`. */
  | "timeseries-many"
  | "numeric-wide"
  | "numeric-long"
  | "numeric-multi"
  | "log-lines"
  | "table"
  | "directory-listing";

/** What the items of a frame are. */
export type FrameKind = "timeSeries" | "numeric" | "logs" | "table" | "directoryListing";

export interface FrameTypeInfo {
  readonly kind: FrameKind;
  /** The version of the shape that the contract describes. */
  readonly version: readonly [number, number];
}

const v01 = [0, 1] as const;
const v00 = [0, 0] as const;

/** Every type. */
export const frameTypes: { readonly [T in FrameType]: FrameTypeInfo } = {
  "timeseries-wide": { kind: "timeSeries", version: v01 },
  "timeseries-long": { kind: "timeSeries", version: v01 },
  "timeseries-multi": { kind: "timeSeries", version: v01 },
  "timeseries-many": { kind: "timeSeries", version: v01 },
  "numeric-wide": { kind: "numeric", version: v01 },
  "numeric-long": { kind: "numeric", version: v01 },
  "numeric-multi": { kind: "numeric", version: v01 },
  "log-lines": { kind: "logs", version: v00 },
  table: { kind: "table", version: v00 },
  "directory-listing": { kind: "directoryListing", version: v00 },
};

export function isFrameType(type: string): type is FrameType {
  return Object.hasOwn(frameTypes, type);
}

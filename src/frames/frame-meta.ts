import type { FieldConfig } from "./field-config.ts";
import type { FrameType } from "./frame-type.ts";

/** A message that the frontend shows with a frame. */
export interface Notice {
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
  readonly link?: string;
  /**
   * The tab of the panel inspector to offer. On the wire the Go SDK and hosts use a number, 1 to 4 in the order here,
   * and refuse a text. The frontend expects the text and does not convert the number: a panel shows the notice, but may
   * not open the tab.
   */
  readonly inspect?: "meta" | "error" | "data" | "stats";
}

/** A figure about the query, for the inspector. */
export interface QueryStat extends FieldConfig {
  readonly value: number;
}

/** What a frame is and how to show it, in the frontend's spelling. Hosts drop unknown keys. */
export interface FrameMeta {
  /** The declared shape of the frame, such as `timeseries-wide`; plugins may send others. */
  readonly type?: FrameType | (string & Record<never, never>);
  /** Version of that shape. Default [0, 0], which is always on the wire. */
  readonly typeVersion?: readonly [number, number];
  readonly path?: string;
  readonly pathSeparator?: string;
  /** Any JSON value. */
  readonly custom?: unknown;
  readonly stats?: readonly QueryStat[];
  readonly notices?: readonly Notice[];
  readonly channel?: string;
  readonly preferredVisualisationType?: string;
  readonly preferredVisualisationPluginId?: string;
  readonly executedQueryString?: string;
  readonly dataTopic?: string;
  readonly uniqueRowIdFields?: readonly number[];
}

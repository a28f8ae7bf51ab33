import { decodeFrame, formatFrameJson } from "grafana-plugin-protocol/frames";

/** A request to a Plutono, and what it answered. */
export interface RecordedCall {
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

export interface PlutonoRecord {
  readonly server: string;
  readonly plugin: string;
  readonly dataSource: { readonly id: number; readonly uid: string; readonly name: string };
  readonly calls: readonly RecordedCall[];
}

interface Results {
  readonly results?: Readonly<Record<string, { dataframes?: unknown[] | null }>>;
}

/**
 * A body with its frames as JSON in the place of Arrow in base64: the same frame has other bytes in another version of
 * the plugin. Everything else stays, text by text.
 */
export async function reduceBody(body: string): Promise<string> {
  if (!body.startsWith('{"results"')) return body;
  const parsed = JSON.parse(body) as Results;
  for (const result of Object.values(parsed.results ?? {})) {
    result.dataframes &&= await Promise.all(result.dataframes.map(toJson));
  }
  return `${JSON.stringify(parsed)}${body.endsWith("\n") ? "\n" : ""}`;
}

/** Frames of a reduced body are JSON already. */
async function toJson(frame: unknown): Promise<unknown> {
  if (typeof frame !== "string") return frame;
  return JSON.parse(formatFrameJson(await decodeFrame(Buffer.from(frame, "base64"))));
}

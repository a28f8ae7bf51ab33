import { type Caller, pathOf } from "./create-caller.ts";
import { messageOf } from "./gateway-error.ts";
import { createFrameReader, type FrameReader, type JsonFrame } from "./json-frame.ts";
import { objectOf, textOf } from "./json-value.ts";
import { leavable } from "./leavable.ts";
import { createLineSplitter } from "./line-splitter.ts";
import { type CallOptions, postJson, type QueryRequest, queryBody } from "./query-request.ts";
import { askJson, brokenOff, openBody, unexpected, unlike } from "./read-answer.ts";
import { readText } from "./read-text.ts";
import { failureOf, type GatewayQueryFailure } from "./send-query.ts";

/** Queries of one data source whose answer is read in parts. */
export interface ChunksRequest extends QueryRequest {
  /** Without the type, which is the id of the plugin, the gateway is asked for it first. */
  readonly dataSource: { readonly uid: string; readonly type?: string | undefined };
}

/** Some rows of a frame, or the error of a query. */
export type GatewayChunk =
  | {
      readonly refId: string;
      /** Names the frame within the query: chunks of the same id are rows of one frame. */
      readonly frameId: string;
      /** The next rows, with the schema of the frame. */
      readonly frame: JsonFrame;
      readonly error?: undefined;
    }
  | {
      readonly refId: string;
      readonly frameId?: undefined;
      readonly frame?: undefined;
      readonly error: GatewayQueryFailure;
    };

/** Sends queries and reads the answer chunk by chunk, while the gateway makes it. */
export function readChunks(
  caller: Caller,
  request: ChunksRequest,
  { signal }: CallOptions = {},
): AsyncIterableIterator<GatewayChunk> {
  return leavable(signal, (own) => chunksOf(caller, request, own));
}

async function* chunksOf(
  caller: Caller,
  request: ChunksRequest,
  signal: AbortSignal,
): AsyncGenerator<GatewayChunk, void> {
  const { uid } = request.dataSource;
  const type = request.dataSource.type ?? (await typeOf(caller, uid, signal));
  const path = `/apis/${encodeURIComponent(type)}.datasource.grafana.app/v0alpha1/namespaces/default/datasources${pathOf(uid)}/query`;
  const init = postJson(queryBody(request), "text/jsonl");
  const response = await openBody(caller, { path, init, signal }, "text/jsonl");
  const lines = createLineSplitter();
  const readers = new Map<string, FrameReader>();
  const read = (line: string): GatewayChunk => {
    try {
      return readLine(line, readers);
    } catch (error) {
      throw unexpected(response, "a chunk in each line", messageOf(error));
    }
  };
  for await (const part of readText(response, signal)) {
    for (const line of lines.push(part)) if (line !== "") yield read(line);
  }
  // The end of the body within a line: rows are missing.
  if (lines.rest() !== "") throw brokenOff(response);
}

function readLine(line: string, readers: Map<string, FrameReader>): GatewayChunk {
  const { refId = "", frameId = "", frame, error, errorSource } = objectOf(JSON.parse(line));
  const message = textOf(error);
  if (message !== undefined) return { refId: String(refId), error: failureOf(message, errorSource) };
  const key = JSON.stringify([refId, frameId]);
  const reader = readers.get(key) ?? createFrameReader();
  readers.set(key, reader);
  const rows = reader.read(frame);
  if (rows === undefined) throw new TypeError("a line without a frame and without an error");
  return { refId: String(refId), frameId: String(frameId), frame: rows };
}

async function typeOf(caller: Caller, uid: string, signal: AbortSignal): Promise<string> {
  const answer = await askJson(caller, { path: `/api/datasources/uid${pathOf(uid)}`, signal });
  const type = textOf(objectOf(answer.body)["type"]);
  if (type === undefined) throw unlike(answer, "a data source with a type");
  return type;
}

import { fromBinary } from "@bufbuild/protobuf";
import { decodeFrame, decodeFrames, type Frame } from "grafana-plugin-protocol/frames";
import {
  DataFrameFormat,
  type DataResponse,
  type QueryChunkedDataResponse,
  QueryChunkedDataResponseSchema,
  QueryDataResponseSchema,
} from "grafana-plugin-protocol/v2";
import { requestsOf } from "./plugin-facts.ts";
import type { Asked } from "./requests.ts";
import type { RawAnswer } from "./wire/call-raw.ts";
import type { World } from "./world.ts";

/** An answer of QueryData. */
export interface QueryAnswer {
  readonly answer: RawAnswer;
  /** By refId; empty if the call failed. */
  readonly responses: Readonly<Record<string, DataResponse>>;
  /** By refId: the frames of the response, decoded in the format that it names; or the error of the decoder. */
  readonly frames: Readonly<Record<string, readonly Frame[] | Error>>;
}

export const refIds = ["A", "B"] as const;

/** The query of `--query` as A and as B, answered in a format. It is asked once. */
export function queryAnswer(world: World, format: DataFrameFormat): Promise<QueryAnswer> {
  return world.once(`query ${format}`, () =>
    askQueries(
      world,
      refIds.map((refId) => ({ refId, json: world.options.query ?? "" })),
      format,
    ),
  );
}

/** A good query as A and a bad one as B; without a good query the bad one alone. It is asked once. */
export function mixedAnswer(world: World): Promise<QueryAnswer> {
  return world.once("mixed query", () => {
    const { query, badQuery } = world.options;
    const good = query === undefined ? [] : [{ refId: "A", json: query }];
    return askQueries(world, [...good, { refId: "B", json: badQuery }], DataFrameFormat.ARROW);
  });
}

async function askQueries(
  world: World,
  queries: readonly Asked[],
  format: DataFrameFormat,
): Promise<QueryAnswer> {
  const requests = await requestsOf(world);
  const answer = await (await world.shared()).call({
    rpc: "pluginv2.Data/QueryData",
    message: requests.queryData(queries, format),
  });
  const [message] = answer.messages;
  const isOk = answer.status === 0 && message !== undefined;
  const responses = isOk ? fromBinary(QueryDataResponseSchema, message).responses : {};
  const frames: Record<string, readonly Frame[] | Error> = {};
  for (const [refId, response] of Object.entries(responses)) frames[refId] = await framesOf(response);
  return { answer, responses, frames };
}

async function framesOf({ frames, format }: DataResponse): Promise<readonly Frame[] | Error> {
  const name = format === DataFrameFormat.JSON ? "json" : "arrow";
  return decodeFrames(frames, { format: name }).catch(toError);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** A chunk with its frame, if that is a whole Arrow file. */
export interface Chunk extends QueryChunkedDataResponse {
  readonly decoded: Frame | Error | undefined;
}

/** Chunks of queries, and how their call ended. It is asked once for a key. */
export function chunkAnswer(
  world: World,
  key: string,
  queries: readonly Asked[],
): Promise<{ readonly answer: RawAnswer; readonly chunks: readonly Chunk[] }> {
  return world.once(`chunks ${key}`, async () => {
    const requests = await requestsOf(world);
    const answer = await (await world.shared()).call({
      rpc: "pluginv2.Data/QueryChunkedData",
      message: requests.queryChunked(queries),
    });
    const chunks = await Promise.all(
      answer.messages.map(async (bytes): Promise<Chunk> => {
        const chunk = fromBinary(QueryChunkedDataResponseSchema, bytes);
        const hasArrow = chunk.frame.length > 0 && chunk.format === DataFrameFormat.ARROW;
        return { ...chunk, decoded: hasArrow ? await decodeFrame(chunk.frame).catch(toError) : undefined };
      }),
    );
    return { answer, chunks };
  });
}

import type { Frame } from "grafana-plugin-protocol/frames";
import type { QueryChunkedDataResponse } from "grafana-plugin-protocol/v2";
import { type Check, expectThat, failed, leftOut, type Need, type Outcome, passed } from "../check.ts";
import { chunkAnswer } from "../query-answers.ts";
import { describeAnswer } from "../wire/describe-answer.ts";
import type { World } from "../world.ts";

const needs: readonly Need[] = ["Data/QueryChunkedData", "a query"];

/** The answers of QueryChunkedData to the query that is given. */
export const chunkChecks: readonly Check[] = [
  {
    name: "chunks.ref-id",
    fact: "Each chunk has the refId of a query of the request.",
    source: "SDK backend/data_adapter.go, QueryChunkedData",
    needs,
    run: (world) =>
      ofChunks(world, ({ refId }) =>
        expectThat(
          refId === "A",
          "A",
          JSON.stringify(refId),
          "set refId in every chunk: it is all that says whose rows these are",
        ),
      ),
  },
  {
    name: "chunks.frame-id",
    fact: "Each chunk with rows has a frameId.",
    source: "SDK backend/chunked.go: a host joins rows by refId and frameId",
    needs,
    run: (world) =>
      ofChunks(world, ({ frameId, frame, error }) =>
        expectThat(
          error !== "" || frame.length === 0 || frameId !== "",
          "a frameId",
          "an empty one",
          "give each frame of a query an id, and send it with all of its chunks",
        ),
      ),
  },
  {
    name: "chunks.status",
    fact: "A chunk with rows has a status from 200 to 299, never 0.",
    source: "SDK backend/convert_to_protobuf.go: a host reads 0 as 500",
    needs,
    run: (world) =>
      ofChunks(world, ({ status, error }) =>
        expectThat(
          error !== "" || (status >= 200 && status <= 299),
          "200",
          String(status),
          "set the status of every chunk",
        ),
      ),
  },
  {
    name: "chunks.same-fields",
    fact: "All chunks of one frame have the same fields.",
    source: "SDK backend/chunked.go: rows are appended to the frame of the first chunk",
    needs,
    run: async (world) => {
      const { chunks } = await goodChunks(world);
      const known = new Map<string, string>();
      for (const { frameId, decoded } of chunks) {
        if (decoded === undefined) continue;
        if (decoded instanceof Error) {
          return failed(
            "an Arrow file in each chunk",
            decoded.message,
            "write a whole Arrow file into each chunk",
          );
        }
        const fields = fieldsOf(decoded);
        const first = known.get(frameId) ?? fields;
        known.set(frameId, first);
        if (first !== fields) {
          return failed(`${first} in frame "${frameId}"`, fields, "give other fields another frameId");
        }
      }
      return passed;
    },
  },
  {
    name: "chunks.error",
    fact: "A query that fails ends with a chunk that has the error and no frame; the others go on.",
    source: "SDK backend/data_adapter.go, QueryChunkedData",
    needs: ["Data/QueryChunkedData"],
    run: async (world) => {
      const { badQuery } = world.options;
      const { answer, chunks } = await chunkAnswer(world, "bad", [{ refId: "B", json: badQuery }]);
      const advice = "catch what one query throws, and send its text as error of a chunk with that refId";
      if (answer.status !== 0) return failed("a chunk with an error", describeAnswer(answer), advice);
      const bad = chunks.filter(({ error }) => error !== "");
      if (bad.length === 0)
        return leftOut("the plugin answered the bad query: give one with --bad-query FILE");
      const isRight = bad.every(({ refId, frame }) => refId === "B" && frame.length === 0);
      return expectThat(
        isRight,
        "a chunk with refId B, an error and no frame",
        JSON.stringify(bad.map(({ refId, error, frame }) => ({ refId, error, frameBytes: frame.length }))),
        advice,
      );
    },
  },
];

function fieldsOf({ fields }: Frame): string {
  return fields.map(({ name, kind }) => `${JSON.stringify(name)} ${kind}`).join(", ");
}

function goodChunks(world: World) {
  return chunkAnswer(world, "good", [{ refId: "A", json: world.options.query ?? "" }]);
}

async function ofChunks(world: World, look: (chunk: QueryChunkedDataResponse) => Outcome): Promise<Outcome> {
  const { answer, chunks } = await goodChunks(world);
  if (answer.status !== 0) return leftOut(`the query failed: ${describeAnswer(answer)}`);
  if (chunks.length === 0) return leftOut("the query has no chunks: give another one with --query");
  return chunks.map(look).find(({ kind }) => kind !== "passed") ?? passed;
}

import type { Frame } from "grafana-plugin-protocol/frames";
import { FrameError } from "grafana-plugin-protocol/frames";
import { DataFrameFormat } from "grafana-plugin-protocol/v2";
import { type Check, expectThat, failed, leftOut, type Need, type Outcome, passed } from "../check.ts";
import { type QueryAnswer, queryAnswer, refIds } from "../query-answers.ts";
import { arrowColumns } from "../wire/arrow-types.ts";
import { describeAnswer } from "../wire/describe-answer.ts";
import type { World } from "../world.ts";

const needs: readonly Need[] = ["Data/QueryData", "a query"];
const { ARROW, JSON: json } = DataFrameFormat;
const frameTypes = ["Int", "FloatingPoint", "Bool", "Utf8", "Utf8View", "Timestamp", "Binary"];

/** The answers of QueryData to the query that is given. */
export const frameChecks: readonly Check[] = [
  {
    name: "frames.each-query",
    fact: "The answer has a response for each query, under its refId, and no other.",
    source: "SDK backend/data.go, Responses",
    needs,
    run: async (world) => {
      const { answer, responses } = await queryAnswer(world, ARROW);
      const seen = Object.keys(responses).sort();
      const advice =
        "answer every query of the request by its refId; --query may be a query that the plugin refuses";
      if (answer.status !== 0) return failed("status 0 (OK)", describeAnswer(answer), advice);
      return expectThat(seen.join() === refIds.join(), "responses for A and B", JSON.stringify(seen), advice);
    },
  },
  {
    name: "frames.status",
    fact: "The response of a query that succeeds has a status from 200 to 299, never 0.",
    source: "SDK backend/convert_from_protobuf.go: a host reads 0 as 500",
    level: "should",
    needs,
    run: (world) =>
      ofResponses(world, ARROW, ({ status, error }) =>
        expectThat(
          error !== "" || (status >= 200 && status <= 299),
          "200",
          String(status),
          "set the status of every response; an SDK that is too old has none",
        ),
      ),
  },
  {
    name: "frames.arrow",
    fact: "A frame in Arrow is a whole Arrow file, with a footer, and frames have what a Go host reads.",
    source: "SDK data/arrow.go, UnmarshalArrowFrame",
    needs,
    run: (world) =>
      ofResponses(world, ARROW, (response, frames) => {
        if (response.format !== ARROW) return leftOut("the plugin answers in JSON, though Arrow was asked");
        // Types are another check.
        const isRight = !(frames instanceof Error) || isUnsupported(frames);
        return expectThat(
          isRight,
          "an Arrow file for each frame",
          String(frames instanceof Error ? frames.message : ""),
          "write the file format of Arrow, not the stream, and one file for each frame",
        );
      }),
  },
  {
    name: "frames.types",
    fact: "Columns have the types of data frames: no dictionaries, decimals, dates or lists, and times are nanoseconds.",
    source: "SDK data/arrow.go, initializeFrameFields",
    needs,
    run: (world) =>
      ofResponses(world, ARROW, (response, frames) => {
        if (response.format !== ARROW) return leftOut("the plugin answers in JSON, though Arrow was asked");
        if (frames instanceof Error && !isUnsupported(frames)) {
          return leftOut("the frames cannot be decoded: see frames.arrow");
        }
        const odd = response.frames
          .flatMap((bytes) => arrowColumns(bytes))
          .filter(
            ({ type, unit }) =>
              !frameTypes.includes(type) || (type === "Timestamp" && unit !== "nanoseconds"),
          );
        return expectThat(
          odd.length === 0,
          "integers, floats, bool, utf8, timestamps in nanoseconds, binary",
          odd
            .map(({ name, type, unit }) => `${JSON.stringify(name)} ${type} ${unit ?? ""}`.trim())
            .join(", "),
          "cast the column before you write it",
        );
      }),
  },
  {
    name: "frames.json",
    fact: "A response that says that it is JSON has frames in Grafana's JSON; one that says Arrow has Arrow.",
    source: "SDK data/frame_json.go; Grafana asks for JSON by default, and reads what format names",
    needs,
    run: (world) =>
      ofResponses(world, json, (response, frames) => {
        return expectThat(
          !(frames instanceof Error),
          `frames in ${DataFrameFormat[response.format]}, as the response says`,
          String(frames instanceof Error ? frames.message : ""),
          "set format of the response to what the bytes are; Arrow is always right",
        );
      }),
  },
  {
    name: "frames.ref-id",
    fact: "The refId of a frame is that of its response, or empty.",
    source: "SDK backend/convert_to_protobuf.go fills it; Grafana's frontend groups frames by it",
    needs,
    run: (world) =>
      ofFrames(world, (frame, refId) =>
        expectThat(
          frame.refId === "" || frame.refId === refId,
          `${refId} or nothing`,
          JSON.stringify(frame.refId),
          "write the refId of the query into each frame",
        ),
      ),
  },
  {
    name: "frames.same-types",
    fact: "A query has the same fields, with the same types, in Arrow and in JSON.",
    source: "SDK data/frame_json.go: typeInfo.frame is the type of the Arrow column",
    needs,
    run: (world) =>
      ofBoth(world, (arrow, fromJson) =>
        expectThat(
          describeFields(arrow) === describeFields(fromJson),
          describeFields(arrow),
          describeFields(fromJson),
          "write typeInfo of each field from its type",
        ),
      ),
  },
  {
    name: "frames.nulls",
    fact: "A null is null in Arrow and in JSON, and never another value.",
    source: "SDK data/arrow.go and data/frame_json.go",
    needs,
    run: (world) =>
      ofBoth(world, (arrow, fromJson) => {
        if (arrow.length !== fromJson.length) return leftOut("the query has other rows each time");
        const [inArrow, inJson] = [nullsOf(arrow), nullsOf(fromJson)];
        return expectThat(
          inArrow === inJson,
          "as many nulls in Arrow as in JSON",
          `in Arrow ${inArrow}; in JSON ${inJson}`,
          "write null in JSON, and in Arrow mark the field as nullable and the row in its validity bitmap",
        );
      }),
  },
];

function isUnsupported(error: Error): boolean {
  return error instanceof FrameError && error.code === "arrow_unsupported";
}

function describeFields({ fields }: Frame): string {
  return fields.map(({ name, kind }) => `${JSON.stringify(name)} ${kind}`).join(", ");
}

function nullsOf({ fields }: Frame): string {
  return fields
    .map(
      ({ name, values }) =>
        `${values.filter((value) => value === null).length} nulls in ${JSON.stringify(name)}`,
    )
    .join(", ");
}

type Response = QueryAnswer["responses"][string];

/** The first outcome that is not `passed` of all responses. */
async function ofResponses(
  world: World,
  format: DataFrameFormat,
  look: (response: Response, frames: readonly Frame[] | Error, refId: string) => Outcome,
): Promise<Outcome> {
  const { answer, responses, frames } = await queryAnswer(world, format);
  if (answer.status !== 0) return leftOut(`the query failed: ${describeAnswer(answer)}`);
  for (const [refId, response] of Object.entries(responses)) {
    const outcome =
      response.error === ""
        ? look(response, frames[refId] ?? [], refId)
        : leftOut(`the plugin refused the query of --query: ${response.error}`);
    if (outcome.kind !== "passed") return outcome;
  }
  return passed;
}

function ofFrames(world: World, look: (frame: Frame, refId: string) => Outcome): Promise<Outcome> {
  return ofResponses(world, ARROW, (_response, frames, refId) => {
    if (frames instanceof Error)
      return leftOut("the frames cannot be decoded: see frames.arrow and frames.types");
    if (frames.length === 0) return leftOut("the query has no frames: give another one with --query");
    return frames.map((frame) => look(frame, refId)).find(({ kind }) => kind !== "passed") ?? passed;
  });
}

/** Compares each frame with the one at its place in the other format. */
async function ofBoth(world: World, compare: (arrow: Frame, fromJson: Frame) => Outcome): Promise<Outcome> {
  const { responses, frames } = await queryAnswer(world, ARROW);
  return ofResponses(world, json, (response, fromJson, refId) => {
    const other = responses[refId];
    const arrow = frames[refId] ?? [];
    if (response.format !== json) return leftOut("the plugin has no JSON: it answered in Arrow");
    if (other === undefined || other.format !== ARROW) return leftOut("the plugin has no Arrow");
    if (fromJson instanceof Error || arrow instanceof Error) {
      return leftOut("the frames cannot be decoded: see frames.arrow, frames.types and frames.json");
    }
    const pairs = arrow.flatMap((frame, index) => {
      const pair = fromJson[index];
      return pair === undefined ? [] : [compare(frame, pair)];
    });
    return pairs.find(({ kind }) => kind !== "passed") ?? passed;
  });
}

import { AssertionError } from "node:assert";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { errorCode, messageOf } from "../../errors.ts";
import { parseFrameJson } from "../../frames/json/parse-frame-json.ts";
import { diffFrames } from "../diff-frames.ts";
import { showValue } from "../show-value.ts";
import { formatGolden, jsonOfGolden } from "./golden-file.ts";
import { indentJson, parseExactJson } from "./json-text.ts";
import { type GoldenResponse, outcomeOf, responseJson } from "./response-json.ts";
import { isUpdating, updateVariable } from "./update-golden.ts";

/** Options of {@link checkGoldenResponse}. */
export interface GoldenOptions {
  /** Whether to write the file if it is missing or differs. Default: whether the environment has `UPDATE_GOLDEN=1`. */
  readonly update?: boolean | undefined;
}

/**
 * Asserts that the answer to a query is the one in a golden file, in the form of the Go SDK's `CheckGoldenJSONResponse`
 * (`NAME.golden.jsonc`): so the files of a plugin in Go check its rewrite. Only the JSON is compared, number by number
 * and without the order of members; the comments of the file are for people.
 *
 * @param path of the file, or its file: URL
 * @param response frames, or what `decodeDataResponse` and `decodeQueryData` give for one query
 * @throws AssertionError if the file is missing or has another answer, with the differences, unless it is to be written.
 */
export function checkGoldenResponse(
  path: string | URL,
  response: GoldenResponse,
  { update }: GoldenOptions = {},
): void {
  const outcome = outcomeOf(response);
  const file = typeof path === "string" ? path : fileURLToPath(path);
  const problem = findProblem(file, responseJson(outcome));
  if (problem === undefined) return;
  if (!isUpdating(update)) {
    const message = `${problem}\nIf the answer is right, run the test with ${updateVariable}=1 to write the file.`;
    throw new AssertionError({ message, stackStartFn: checkGoldenResponse });
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, formatGolden(outcome));
}

function findProblem(path: string, actual: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    return `there is no golden file ${path}, and the answer is\n${indentJson(actual)}`;
  }
  const json = jsonOfGolden(text);
  if (json === undefined) {
    return `${path} is not a golden file: expected a line "🌟 This was machine generated.  Do not edit. 🌟" before the JSON`;
  }
  let expected: unknown;
  try {
    expected = parseExactJson(json);
  } catch (error) {
    return `the JSON of the golden file ${path} cannot be read: ${messageOf(error)}`;
  }
  const seen = parseExactJson(actual);
  return isDeepStrictEqual(seen, expected)
    ? undefined
    : `the answer differs from the golden file ${path}:\n${describe(seen as Json, expected as Json)}`;
}

type Json = Readonly<Record<string, unknown>>;

/** The differences by frame and field, or, of what is not a frame, by member. */
function describe(seen: Json, expected: Json): string {
  const members = [...new Set([...Object.keys(seen), ...Object.keys(expected)])].filter(
    (name) => name !== "frames" && !isDeepStrictEqual(seen[name], expected[name]),
  );
  const lines = members.map(
    (name) => `${name}: expected ${showValue(expected[name])}, got ${showValue(seen[name])}`,
  );
  try {
    const [actual, wanted] = [framesOf(seen), framesOf(expected)];
    const diff = diffFrames(actual, wanted);
    if (diff !== "") lines.push(diff);
  } catch (error) {
    lines.push(`a frame of the golden file cannot be read: ${messageOf(error)}`);
  }
  // Frame JSON may spell one frame in several ways, and the files differ only in that.
  return lines.length === 0 ? "the frames are the same, but their JSON is not" : lines.join("\n");
}

function framesOf(response: Json): ReturnType<typeof parseFrameJson>[] {
  const frames = (response["frames"] ?? []) as readonly unknown[];
  return frames.map((frame) => parseFrameJson(writeExact(frame)));
}

/** JSON of what {@link parseExactJson} read. */
function writeExact(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(writeExact).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${writeExact(each)}`);
  return `{${members.join(",")}}`;
}

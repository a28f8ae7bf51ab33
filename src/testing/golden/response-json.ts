import type { Frame } from "../../frames/frame.ts";
import { formatFrameJson } from "../../frames/json/format-frame-json.ts";
import type { QueryOutcome } from "../../v2/responses/data-response.ts";

/** What a query was answered with: frames, or the outcome that `decodeDataResponse` gives. */
export type GoldenResponse = Frame | readonly Frame[] | QueryOutcome;

/** The answer as an outcome. */
export function outcomeOf(response: GoldenResponse): QueryOutcome {
  if (Array.isArray(response)) return { frames: response as readonly Frame[], status: 200, error: undefined };
  if ("fields" in response) return { frames: [response], status: 200, error: undefined };
  return response as QueryOutcome;
}

/** The answer as the Go SDK writes it in JSON, on one line. */
export function responseJson({ error, frames, status }: QueryOutcome): string {
  const members = [
    ...(error === undefined
      ? []
      : [`"error":${JSON.stringify(error.message)}`, `"errorSource":${JSON.stringify(error.errorSource)}`]),
    `"status":${status}`,
    `"frames":[${frames.map((frame) => formatFrameJson(frame)).join(",")}]`,
  ];
  return `{${members.join(",")}}`;
}

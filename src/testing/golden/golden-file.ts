import { formatFrameTable } from "../../frames/format-frame-table.ts";
import type { Frame } from "../../frames/frame.ts";
import { formatFrameJson } from "../../frames/json/format-frame-json.ts";
import { goText } from "../../frames/json/go-text.ts";
import type { QueryOutcome } from "../../v2/responses/data-response.ts";
import { indentJson } from "./json-text.ts";
import { responseJson } from "./response-json.ts";

/**
 * A golden file as the Go SDK's `CheckGoldenJSONResponse` writes it: comments for people, with the meta and the table of each
 * frame, between two lines that say so; after the second one the response as JSON, which alone is compared.
 */
const marker = "//  🌟 This was machine generated.  Do not edit. 🌟\n";

/** The text of the file. An error stands in the comments too. */
export function formatGolden(outcome: QueryOutcome): string {
  const { error, frames } = outcome;
  const lines = [
    ...(error === undefined ? [] : ["", `ERROR: ${error.message}`]),
    ...frames.flatMap((frame, index) => {
      const table = formatFrameTable(frame).trimEnd();
      return ["", ...`Frame[${index}] ${metaText(frame)}`.split("\n"), ...table.split("\n"), "", ""];
    }),
  ];
  const comments = lines.map((line) => `//  ${line}\n`).join("");
  // Go escapes characters of HTML in everything that it indents.
  return `${marker}${comments}${marker}${goText(indentJson(responseJson(outcome)))}`;
}

/** The meta as the file's JSON has it, indented. */
function metaText(frame: Frame): string {
  const { schema } = JSON.parse(formatFrameJson(frame)) as { readonly schema: { readonly meta?: unknown } };
  return schema.meta === undefined ? "" : goText(JSON.stringify(schema.meta, undefined, 4));
}

/** The JSON of a file, also of one that the Go SDK wrote for an error, which lacks the first marker; `undefined` without any. */
export function jsonOfGolden(text: string): string | undefined {
  const at = text.lastIndexOf(marker);
  return at === -1 ? undefined : text.slice(at + marker.length);
}

import { connectionHeaders } from "../context/forwarded-headers.ts";
import { relativeLocation } from "./resource-url.ts";

/** Code and headers of the first message of an answer. */
export interface ResponseHead {
  readonly code: number;
  readonly headers: Record<string, { values: string[] }>;
}

/**
 * The head of an answer from a `Response`: its headers by canonical names, which Plutono compares with regard to case,
 * with one value for each `Set-Cookie`. A body without a type is `application/octet-stream`, because hosts would take it
 * for JSON. Headers of the connection are left out.
 */
export function responseHead(response: Response, requestUrl: () => string): ResponseHead {
  // Without the names that every object has: a response that is passed on may have a header __proto__.
  const headers: Record<string, { values: string[] }> = Object.create(null);
  response.headers.forEach((value, name) => {
    if (connectionHeaders.has(name) && name !== "content-length") return;
    const key = canonicalName(name);
    const list = headers[key];
    if (list !== undefined) list.values.push(value);
    else headers[key] = { values: [name === "location" ? relativeLocation(value, requestUrl()) : value] };
  });
  if (response.body !== null && headers["Content-Type"] === undefined) {
    headers["Content-Type"] = { values: ["application/octet-stream"] };
  }
  return { code: response.status, headers };
}

/** Names that most answers have. */
const common: ReadonlyMap<string, string> = new Map(
  ["Cache-Control", "Content-Encoding", "Content-Length", "Content-Type", "Etag", "Vary"].map((name) => [
    name.toLowerCase(),
    name,
  ]),
);

/** As Go writes it: a capital at the begin and after each hyphen. */
function canonicalName(lowerCase: string): string {
  return common.get(lowerCase) ?? lowerCase.replace(/(?:^|-)[a-z]/g, (begin) => begin.toUpperCase());
}

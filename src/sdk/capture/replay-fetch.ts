import { quoteText } from "../../option-checks.ts";
import type { Fetch } from "../http/wrap-fetch.ts";
import type { Har, HarEntry } from "./har.ts";
import { createHarRecorder, type HarSecrets } from "./har-recorder.ts";

/**
 * Makes a `fetch` that answers from a recording, without a network: by method, URL and body. Equal requests get their
 * responses in the order of the recording, and the last one from then on. A recorded failure is a failure again.
 *
 * Parameters and headers whose values were removed match any value. Headers are not compared.
 *
 * @param options.secrets those with which it was recorded, unless names alone told them
 * @returns a `fetch` that rejects for a request that was not recorded; the message lists what was.
 */
export function replayFetch(
  har: Har,
  { secrets }: { readonly secrets?: Partial<HarSecrets> | undefined } = {},
): Fetch {
  const entries = har.log.entries.filter((entry) => entry._query === undefined);
  const used = new Set<HarEntry>();
  return async (input, init) => {
    init?.signal?.throwIfAborted();
    const wanted = keyOf(await asRecorded(input, init, secrets));
    const equal = entries.filter((entry) => keyOf(entry) === wanted);
    const entry = equal.find((each) => !used.has(each)) ?? equal.at(-1);
    if (entry === undefined) throw notRecorded(wanted, entries);
    used.add(entry);
    if (entry.response.status === 0) {
      throw new TypeError(`the recorded request failed: ${entry.comment ?? "without a reason"}`);
    }
    return toResponse(entry);
  };
}

/** The entry that a request would become, so that both have lost the same secrets. */
async function asRecorded(
  input: string | URL | Request,
  init: RequestInit | undefined,
  secrets: Partial<HarSecrets> | undefined,
): Promise<HarEntry> {
  const recorder = createHarRecorder({ secrets });
  await recorder.wrap<Fetch>(async () => new Response(null, { status: 204 }))(input, init);
  return recorder.toHar().log.entries[0] as HarEntry;
}

function keyOf({ request }: HarEntry): string {
  const text = request.postData?.text ?? "";
  return `${request.method} ${request.url}${text === "" ? "" : ` ${text}`}`;
}

function notRecorded(wanted: string, entries: readonly HarEntry[]): TypeError {
  const known = entries.slice(0, 10).map((entry) => `\n  ${quoteText(keyOf(entry), 200)}`);
  const more = entries.length > known.length ? `\n  and ${entries.length - known.length} more` : "";
  return new TypeError(
    `expected a recorded request, got ${quoteText(wanted, 200)}: record it again; the recording has ${entries.length}:${known.join("")}${more}`,
  );
}

function toResponse({ response }: HarEntry): Response {
  const { status, content } = response;
  const isBodiless = status === 204 || status === 205 || status === 304;
  const body = content.encoding === "base64" ? Buffer.from(content.text, "base64") : content.text;
  // Upstream's recordings have the status in its text.
  const statusText = response.statusText.replace(/^\d{3} /, "");
  const headers = new Headers();
  for (const { name, value } of response.headers ?? []) {
    // The body is recorded as it was read.
    if (!/^(content-encoding|content-length|transfer-encoding)$/i.test(name)) headers.append(name, value);
  }
  return new Response(isBodiless ? null : body, { status, statusText, headers });
}

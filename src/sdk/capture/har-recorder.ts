import { wholeNumberOption } from "../../whole-number-option.ts";
import { type Fetch, wrapFetch } from "../http/wrap-fetch.ts";
import type { Har, HarEntry } from "./har.ts";
import { harEntry, type SeenResponse, type SentRequest } from "./har-entry.ts";
import { type QueryRecord, queryEntry } from "./query-entry.ts";
import { createRedactor, type HarSecrets, secretValuesOf } from "./redact.ts";

export type { HarSecrets } from "./redact.ts";

/** Bounds of a recording, and what it must not contain. */
export interface HarRecorderOptions {
  /** Largest recorded part of a body in bytes; the rest is not recorded. Default 8 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * Largest size of all recorded bodies in bytes, as they stand in the JSON. Beyond it entries have no bodies. Default
   * 32 MiB.
   */
  readonly maxTotalBytes?: number | undefined;
  /** Most entries; later ones are dropped. Default 1000. */
  readonly maxEntries?: number | undefined;
  /** Secrets in addition to those of the settings and to what usual names tell. */
  readonly secrets?: Partial<HarSecrets> | undefined;
}

/** Records outgoing requests as HAR 1.2, without secrets. */
export interface HarRecorder {
  /** Number of entries so far. */
  readonly size: number;
  /** The same `fetch`, which is recorded: as its caller passes requests, without the credentials that it adds. */
  wrap<F extends Fetch>(fetch: F): F;
  /**
   * Sends a request and records it. The response is read up to `maxBodyBytes` before it is returned; its body is still
   * complete, and fails where it failed.
   */
  recordAround(request: SentRequest, send: () => Promise<Response>, secrets?: HarSecrets): Promise<Response>;
  /** Records a query that is not HTTP, such as a statement of SQL. */
  recordQuery(query: QueryRecord): void;
  /** The recording so far. */
  toHar(): Har;
}

/** Makes an empty {@link HarRecorder}. @throws PluginError `invalid_option` for a bound that is not a whole number. */
export function createHarRecorder(options: HarRecorderOptions = {}): HarRecorder {
  const maxBodyBytes = wholeNumberOption("maxBodyBytes", options.maxBodyBytes ?? 8 << 20);
  const maxTotalBytes = wholeNumberOption("maxTotalBytes", options.maxTotalBytes ?? 32 << 20);
  const maxEntries = wholeNumberOption("maxEntries", options.maxEntries ?? 1000);
  const own = { values: options.secrets?.values ?? [], headers: options.secrets?.headers ?? [] };
  const redactorFor = ({ values, headers }: HarSecrets = { values: [], headers: [] }) =>
    createRedactor({ values: [...own.values, ...values], headers: [...own.headers, ...headers] });
  const entries: HarEntry[] = [];
  let bytes = 0;

  const add = (entry: HarEntry): void => {
    if (entries.length >= maxEntries) return;
    const isOver = bytes + payloadBytes(entry) > maxTotalBytes;
    const kept = isOver ? withoutPayload(entry) : entry;
    bytes += payloadBytes(kept);
    entries.push(kept);
  };

  const recordAround: HarRecorder["recordAround"] = async (request, send, secrets) => {
    if (entries.length >= maxEntries) return send();
    const { values = [], headers = [] } = secrets ?? {};
    const found = secretValuesOf(request.headers, request.url.searchParams);
    const redactor = redactorFor({ values: [...values, ...found], headers });
    const startedMs = Date.now();
    const from = performance.now();
    const record = (outcome: SeenResponse | { readonly error: unknown }, elapsedMs: number): void =>
      add(harEntry(request, outcome, { startedMs, elapsedMs }, redactor, maxBodyBytes));
    let response: Response;
    try {
      response = await send();
    } catch (error) {
      record({ error }, performance.now() - from);
      throw error;
    }
    const elapsedMs = performance.now() - from;
    const { seen, rest } = await readHead(response, maxBodyBytes);
    record(seen, elapsedMs);
    return rest;
  };

  return {
    get size() {
      return entries.length;
    },
    recordAround,
    wrap: (fetch) =>
      wrapFetch(fetch, async (input, init) => {
        const request = await sentRequest(input, init);
        return recordAround(request, () => fetch(input, init));
      }),
    recordQuery: (query) => add(queryEntry(query, redactorFor())),
    toHar: () => ({
      log: {
        version: "1.2",
        creator: { name: "grafana-plugin-protocol", version: "1.0" },
        entries: [...entries],
      },
    }),
  };
}

/** A body that is a stream is not recorded: reading it here would take it from the request. */
async function sentRequest(input: string | URL | Request, init: RequestInit = {}): Promise<SentRequest> {
  const given = input instanceof Request ? input : undefined;
  const text = given?.url ?? String(input);
  const headers = new Headers(init.headers ?? given?.headers);
  const body = init.body ?? (given?.body ? given.clone().body : undefined) ?? undefined;
  return {
    url: URL.canParse(text) ? new URL(text) : new URL(text, "http://datasource"),
    method: (init.method ?? given?.method ?? "GET").toUpperCase(),
    headers,
    body: await recordedBody(body, headers),
  };
}

async function recordedBody(body: BodyInit | undefined, headers: Headers): Promise<SentRequest["body"]> {
  if (body === undefined || typeof body === "string") return body;
  if (body instanceof ReadableStream) return body as ReadableStream<Uint8Array>;
  const encoded = new Response(body);
  const type = encoded.headers.get("content-type");
  if (type !== null && !headers.has("content-type")) headers.set("content-type", type);
  return new Uint8Array(await encoded.arrayBuffer());
}

async function readHead(
  response: Response,
  maxBytes: number,
): Promise<{ readonly seen: SeenResponse; readonly rest: Response }> {
  if (response.body === null)
    return { seen: { response, body: new Uint8Array(), isCut: false }, rest: response };
  const reader = response.body.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  let failure: { readonly reason: unknown } | undefined;
  let isDone = false;
  try {
    while (size <= maxBytes && !isDone) {
      const piece = await reader.read();
      isDone = piece.done;
      if (piece.value === undefined) continue;
      pieces.push(piece.value);
      size += piece.value.byteLength;
    }
  } catch (reason) {
    failure = { reason };
  }
  const body = new Uint8Array(Buffer.concat(pieces).subarray(0, maxBytes));
  const seen = { response, body, isCut: size > maxBytes || failure !== undefined };
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = pieces.shift();
        if (next !== undefined) return controller.enqueue(next);
        if (failure !== undefined) return controller.error(failure.reason);
        if (isDone) return controller.close();
        const piece = await reader.read();
        if (piece.done) controller.close();
        else controller.enqueue(piece.value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const { status, statusText, headers, url, redirected } = response;
  const rest = new Response(stream, { status, statusText, headers });
  return {
    seen,
    rest: Object.defineProperties(rest, { url: { value: url }, redirected: { value: redirected } }),
  };
}

/** As its JSON has it: control characters take six bytes. */
function payloadBytes({ request, response, _query }: HarEntry): number {
  const texts = [request.postData?.text, response.content.text, _query?.error, ...(_query?.args ?? [])];
  return texts.reduce((sum, text) => sum + (text ? Buffer.byteLength(JSON.stringify(text)) : 0), 0);
}

function withoutPayload(entry: HarEntry): HarEntry {
  const { postData, ...request } = entry.request;
  const { size, mimeType } = entry.response.content;
  const sent = postData === undefined ? {} : { postData: { mimeType: postData.mimeType, text: "" } };
  const kept: HarEntry = {
    ...entry,
    request: { ...request, ...sent },
    response: { ...entry.response, content: { size, mimeType, text: "" } },
  };
  if (entry._query?.args === undefined) return kept;
  const { args: _args, ...query } = entry._query;
  return { ...kept, _query: { ...query, argsTruncated: true } };
}

import { Code, ConnectError } from "@connectrpc/connect";
import { jsonObject, jsonText } from "../../compat/go-json.ts";
import type { QueryResponse } from "../../compat/query-body.ts";
import type { Frame } from "../../frames/frame.ts";
import { formatFrameJson } from "../../frames/json/format-frame-json.ts";
import { seriesToFrame } from "../../v1/frames/series-to-frame.ts";
import { tableToFrame } from "../../v1/frames/table-to-frame.ts";
import { decodeChunks } from "../../v2/responses/answer-in-chunks.ts";
import { decodeQueryData } from "../../v2/responses/answer-queries.ts";
import { observed, traceHeaders } from "../calls/observed.ts";
import { failureText, pluginFailure, withoutSecrets } from "../calls/plugin-failure.ts";
import { type Secrets, secretsOf } from "../calls/secrets-of.ts";
import type { GatewayCore } from "../gateway-core.ts";
import type { Answer } from "../http/http-call.ts";
import type { RouteCall } from "../http/route.ts";
import type { PluginSlot } from "../plugins/plugin-slot.ts";
import { askSource, type SourceQueries, v2Request } from "../query/ask-source.ts";

/** A line of `text/jsonl`: rows of a frame, or the error of a query. */
interface Line {
  readonly refId: string;
  readonly frameId?: string | undefined;
  readonly frame?: Frame | undefined;
  readonly error?: string | undefined;
  readonly errorSource?: string | undefined;
}

/**
 * Answers queries in lines of JSON, each written as soon as its rows are there. Every line with rows has their schema
 * too, because Grafana's frontend reads no others. A plugin without QueryChunkedData is asked by QueryData.
 *
 * @throws HttpFailure for a failure before the first line; a later one is a line
 */
export async function answerChunks(
  core: GatewayCore,
  call: RouteCall,
  slot: PluginSlot,
  asked: SourceQueries,
): Promise<Answer> {
  // Those of the call: settings may be replaced while it runs.
  const secrets = secretsOf(slot.info, asked.source);
  try {
    const lines = await begin(core, call, slot, asked, secrets);
    const first = await lines.next();
    return {
      status: 200,
      // A proxy in front must not collect the lines.
      headers: { "Content-Type": "text/jsonl", "X-Accel-Buffering": "no" },
      body: write(first, lines, asked, secrets),
    };
  } catch (error) {
    throw pluginFailure(error, core.settings.style);
  }
}

async function begin(
  core: GatewayCore,
  call: RouteCall,
  slot: PluginSlot,
  asked: SourceQueries,
  secrets: Secrets,
): Promise<AsyncGenerator<Line>> {
  const client = slot.clientNow() ?? (await slot.client());
  if (client.protocolVersion === 1) return whole(await askSource(core, call, asked));
  const chunks = client.data
    .queryChunkedData(v2Request(core, call, slot.info, asked), {
      signal: call.signal,
      headers: traceHeaders(call.trace),
    })
    [Symbol.asyncIterator]();
  try {
    const first = await observed(core, { slot, source: asked.source }, "queryChunkedData", () =>
      chunks.next(),
    );
    return chunked(resumed(first, chunks), secrets);
  } catch (error) {
    if (!hasNoChunks(error)) throw error;
    return whole(await askSource(core, call, asked));
  }
}

/** A plugin of the Go SDK without a handler for chunks panics instead of saying so. */
function hasNoChunks(error: unknown): boolean {
  if (!(error instanceof ConnectError)) return false;
  return (
    error.code === Code.Unimplemented ||
    (error.code === Code.Unknown && /^panic triggered: .*nil pointer dereference/.test(error.rawMessage))
  );
}

async function* resumed<T>(first: IteratorResult<T>, others: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let next = first; next.done !== true; next = await others.next()) yield next.value;
  } finally {
    await others.return?.();
  }
}

async function* chunked(chunks: Parameters<typeof decodeChunks>[0], secrets: Secrets): AsyncGenerator<Line> {
  for await (const { refId, frameId, frame, error } of decodeChunks(chunks)) {
    yield error === undefined
      ? { refId, frameId, frame }
      : { refId, error: withoutSecrets(error.message, secrets), errorSource: error.errorSource };
  }
}

async function* whole(answers: readonly QueryResponse[]): AsyncGenerator<Line> {
  for (const answer of answers) {
    if (answer.$typeName === "models.DatasourceResponse") {
      for (const { refId, error, series, tables } of answer.results) {
        const frames = [
          ...series.map((one) => seriesToFrame(one, refId)),
          ...tables.map((table) => tableToFrame(table, {}, refId)),
        ];
        yield* linesOf(refId, frames, error === "" ? undefined : { message: error, errorSource: "plugin" });
      }
      continue;
    }
    for (const [refId, { frames, error }] of await decodeQueryData(answer)) {
      yield* linesOf(refId, frames, error);
    }
  }
}

function* linesOf(
  refId: string,
  frames: readonly Frame[],
  error: { readonly message: string; readonly errorSource: string } | undefined,
): Generator<Line> {
  for (const [index, frame] of frames.entries()) yield { refId, frameId: String(index), frame };
  if (error !== undefined) yield { refId, error: error.message, errorSource: error.errorSource };
}

async function* write(
  first: IteratorResult<Line, unknown>,
  others: AsyncGenerator<Line>,
  { queries }: SourceQueries,
  secrets: Secrets,
): AsyncGenerator<string> {
  try {
    for (let next = first; next.done !== true; next = await others.next()) yield lineText(next.value);
  } catch (error) {
    const text = failureText(error, secrets);
    // Which query it was is not known: each of them is incomplete.
    for (const { query } of queries) {
      yield lineText({ refId: query.refId, error: text, errorSource: "plugin" });
    }
  } finally {
    await others.return(undefined);
  }
}

function lineText({ refId, frameId, frame, error, errorSource }: Line): string {
  const text = (value: string | undefined): string | undefined =>
    value === undefined || value === "" ? undefined : jsonText(value);
  return `${jsonObject({
    refId: jsonText(refId),
    frameId: text(frameId),
    frame: frame === undefined ? undefined : formatFrameJson(frame),
    error: text(error),
    errorSource: text(errorSource),
  })}\n`;
}

import {
  PublishStreamResponse_Status as PublishStatus,
  type PublishStreamRequest,
  type RunStreamRequest,
  SubscribeStreamResponse_Status as SubscribeStatus,
  type SubscribeStreamRequest,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { messageOf } from "../../errors.ts";
import { encodeFrameInSlices } from "../../frames/frame-codec.ts";
import { formatFrameJson } from "../../frames/json/format-frame-json.ts";
import { type Pace, startPace } from "../../frames/pace.ts";
import { isThenable } from "../../handlers/is-thenable.ts";
import { describeValue, objectOption } from "../../option-checks.ts";
import type { PluginImpl } from "../../protocol.ts";
import { isFrame, isIterable } from "../../v2/responses/check-frames.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import type { V2 } from "../../v2/v2.ts";
import { answerObject } from "../call/answer-object.ts";
import { type CallSource, plainCalls, withCall } from "../call/call-source.ts";
import type { RequestContext } from "../context/request-context.ts";
import { describeIssues, parseWithSchema } from "../schema/parse-with-schema.ts";
import { compilePaths, type PathMatch } from "./path-routes.ts";
import { readUntilAborted } from "./read-until-aborted.ts";
import { checkStreamRoute, type StreamInput, type StreamRoute, type StreamRoutes } from "./stream-routes.ts";

/** The handlers of the service `stream`. */
export interface StreamHandlers extends Required<NonNullable<PluginImpl<V2>["stream"]>> {}

type AnyRoute = StreamRoute<string, unknown, unknown, unknown>;
type AnyRequest = PublishStreamRequest | RunStreamRequest | SubscribeStreamRequest;

/** The schema that the running streams of a channel sent last. */
interface SentSchema {
  text: string;
  runs: number;
}

/**
 * Answers `subscribeStream`, `runStream` and `publishStream` by the route of a path. A path without a route is not
 * found. The schema of frames is sent once, and again when it changes; a subscriber that comes later receives it as its
 * initial data.
 *
 * @throws PluginError `invalid_option`
 */
export function serveStreams<Datas, Instance = undefined, Settings = undefined>(
  routes: StreamRoutes<Datas, Instance, Settings>,
  options: { readonly instances?: CallSource<Instance, Settings> | undefined } = {},
): StreamHandlers {
  objectOption("streams", routes, 'an object of routes by path, such as { "prices/:symbol": { run } }');
  const byPattern = routes as unknown as Readonly<Record<string, AnyRoute>>;
  for (const [pattern, route] of Object.entries(byPattern)) checkStreamRoute(pattern, route);
  const find = compilePaths(byPattern);
  const source = (options.instances ?? plainCalls) as CallSource<unknown, unknown>;
  const sent = new Map<string, SentSchema>();
  return {
    async subscribeStream(request, context) {
      const found = find(request.path);
      if (found === undefined) return { status: SubscribeStatus.NOT_FOUND };
      return withCall(source, request, context, async (call) => {
        const input = await readInput(request, found);
        const given = await found.route.subscribe?.(input, call);
        const { status = "ok", initial } = answerOf(found, "subscribe", given);
        const answer = { status: statusOf(found, subscribeStatuses, status) };
        if (status !== "ok") return answer;
        const schema = sent.get(channelOf(request, call.context))?.text;
        if (initial === undefined)
          return schema === undefined ? answer : { ...answer, data: encoder.encode(schema) };
        return { ...answer, data: await encodeValue(found, initial, "all", startPace()) };
      });
    },
    async *runStream(request, context) {
      const found = find(request.path);
      if (found === undefined) throw noStream(request.path);
      const { run = waitForEnd } = found.route;
      const begun = source.begin(request, context);
      const call = isThenable(begun) ? await begun : begun;
      const channel = channelOf(request, call.context);
      const isOnce = found.route.schema !== "always";
      const schema = isOnce ? holdSchema(sent, channel) : undefined;
      let isRead = false;
      try {
        const input = await readInput(request, found);
        const values = await run(input, call);
        if (!isIterable(values)) throw notAStream(found, values);
        let last = "";
        const pace = startPace();
        isRead = true;
        // The instance is in use until the generator has ended, which may be later than the call.
        const items = readUntilAborted(values as AsyncIterable<unknown>, call.signal, () => call.end());
        for await (const value of items) {
          // A generator that always has a value must leave turns for other calls.
          if (pace.isOver()) await pace.nextSlice();
          if (!isOnce || !isFrame(value)) {
            yield { data: await encodeValue(found, value, "all", pace) };
            continue;
          }
          const text = formatFrameJson(value, "schema");
          const part = text === last ? "data" : "all";
          last = text;
          if (schema !== undefined) schema.text = text;
          yield { data: await encodeValue(found, value, part, pace) };
        }
      } finally {
        if (!isRead) call.end();
        if (schema !== undefined && --schema.runs === 0) sent.delete(channel);
      }
    },
    async publishStream(request, context) {
      const found = find(request.path);
      if (found === undefined) return { status: PublishStatus.NOT_FOUND };
      const { publish } = found.route;
      if (publish === undefined) return { status: PublishStatus.PERMISSION_DENIED };
      return withCall(source, request, context, async (call) => {
        const input = inputOf(request, found, parseData(request));
        const { status = "ok", data } = answerOf(found, "publish", await publish(input, call));
        const answer = { status: statusOf(found, publishStatuses, status) };
        return data === undefined
          ? answer
          : { ...answer, data: await encodeValue(found, data, "all", startPace()) };
      });
    },
  };
}

const subscribeStatuses: Readonly<Record<string, SubscribeStatus>> = {
  ok: SubscribeStatus.OK,
  notFound: SubscribeStatus.NOT_FOUND,
  permissionDenied: SubscribeStatus.PERMISSION_DENIED,
};
const publishStatuses: Readonly<Record<string, PublishStatus>> = {
  ok: PublishStatus.OK,
  notFound: PublishStatus.NOT_FOUND,
  permissionDenied: PublishStatus.PERMISSION_DENIED,
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Channels of different organisations and data sources are different ones. */
function channelOf(
  { pluginContext, path }: AnyRequest,
  { tenantId, orgId, namespace }: RequestContext,
): string {
  const { id = 0n, uid = "" } = pluginContext?.dataSourceInstanceSettings ?? {};
  return [tenantId ?? "", orgId, namespace, id, uid, path].join("\0");
}

function holdSchema(sent: Map<string, SentSchema>, channel: string): SentSchema {
  const held = sent.get(channel) ?? { text: "", runs: 0 };
  held.runs++;
  sent.set(channel, held);
  return held;
}

async function readInput(request: AnyRequest, found: PathMatch<AnyRoute>): Promise<StreamInput> {
  const parsed = parseData(request);
  const { data: schema } = found.route;
  if (schema === undefined) return inputOf(request, found, parsed);
  const data = await parseWithSchema(
    schema,
    parsed,
    (issues) =>
      new QueryError(`the data of stream ${request.path}: ${describeIssues("data", issues)}`, {
        status: 400,
        errorSource: "plugin",
      }),
  );
  return inputOf(request, found, data);
}

function inputOf({ path }: AnyRequest, { params }: PathMatch<AnyRoute>, data: unknown): StreamInput {
  return { path, params, data };
}

function parseData({ path, data }: AnyRequest): unknown {
  if (data.length === 0) return undefined;
  try {
    return JSON.parse(decoder.decode(data));
  } catch (reason) {
    throw new QueryError(
      `the data of stream ${path}: expected JSON, got ${data.length} bytes: ${messageOf(reason)}`,
      { status: 400, errorSource: "plugin" },
    );
  }
}

async function encodeValue(
  { pattern }: PathMatch<AnyRoute>,
  value: unknown,
  part: "all" | "data",
  pace: Pace,
): Promise<Uint8Array> {
  if (value instanceof Uint8Array) return value;
  if (isFrame(value)) return encodeFrameInSlices(value, { format: "json", part }, pace);
  const what = `stream ${JSON.stringify(pattern)}: expected a frame, a JSON value or bytes, got`;
  if (Array.isArray(value) && value.some(isFrame)) {
    throw new TypeError(`${what} a list with a frame: give each frame on its own`);
  }
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    const reason = `${what} what JSON cannot hold: ${messageOf(cause)}: a bigint can be a text, a frame comes on its own`;
    throw new TypeError(reason, { cause });
  }
  if (text !== undefined) return encoder.encode(text);
  throw new TypeError(`${what} ${value === undefined ? "undefined" : `a ${typeof value}`}`);
}

function answerOf<Answer extends object>(
  { pattern }: PathMatch<AnyRoute>,
  handler: "publish" | "subscribe",
  answer: Answer | undefined,
): Partial<Answer> {
  return answerObject(`stream ${JSON.stringify(pattern)}`, `${handler} to return { status }`, answer);
}

function statusOf<Status>(
  { pattern }: PathMatch<AnyRoute>,
  statuses: Readonly<Record<string, Status>>,
  status: string,
): Status {
  const known = Object.hasOwn(statuses, status) ? statuses[status] : undefined;
  if (known !== undefined) return known;
  throw new TypeError(
    `stream ${JSON.stringify(pattern)}: expected the status "ok", "notFound" or "permissionDenied", got ${describeValue(status)}`,
  );
}

function notAStream({ pattern }: PathMatch<AnyRoute>, got: unknown): TypeError {
  const seen = got === null || got === undefined ? String(got) : `a ${typeof got}`;
  return new TypeError(
    `stream ${JSON.stringify(pattern)}: expected run to return what can be iterated, such as "async function* ()", got ${seen}`,
  );
}

function noStream(path: string): QueryError {
  return new QueryError(`no stream has the path ${JSON.stringify(path.slice(0, 200))}`, { status: 404 });
}

/** The stream of a path where users only publish: a host runs it again when it ends. */
function waitForEnd(): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
}

import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  PublishStreamResponse_Status,
  type RunStreamRequestSchema,
  SubscribeStreamResponse_Status,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import type { PluginClient } from "../../protocol.ts";
import type { V2 } from "../../v2/v2.ts";
import { maxInt32 } from "../../whole-number-option.ts";
import { forwardedHeaders } from "../calls/forwarded-headers.ts";
import { observed, traceHeaders } from "../calls/observed.ts";
import { pluginFailure } from "../calls/plugin-failure.ts";
import { pluginById, pluginOf } from "../calls/plugin-of.ts";
import type { Target } from "../calls/target.ts";
import type { GatewayCore } from "../gateway-core.ts";
import type { HttpCall } from "../http/http-call.ts";
import { HttpFailure } from "../http/http-failure.ts";
import { readTrace } from "../observe/request-trace.ts";
import type { PluginSlot } from "../plugins/plugin-slot.ts";
import { type Packet, readPacket } from "./packet.ts";
import type { ChannelAddress } from "./parse-channel.ts";

/** A call of a stream: for which channel, in whose name, with which data. */
export interface StreamAsked {
  readonly address: ChannelAddress;
  /** The request in whose name plugins are called. Its signal is not used. */
  readonly call: HttpCall;
  /** JSON of the client; empty without. */
  readonly data: Uint8Array;
  readonly signal: AbortSignal;
}

/** @throws HttpFailure 404 for a data source or a plugin that is not there */
export function targetOf(core: GatewayCore, { scope, namespace }: ChannelAddress): Target {
  if (scope === "plugin") return { slot: pluginById(core.plugins, namespace), source: undefined };
  const source = core.sources.byUid(namespace);
  if (source === undefined) throw new HttpFailure(404, "Data source not found");
  return { slot: pluginOf(core, source), source };
}

/**
 * Asks the plugin whether a client may subscribe.
 *
 * @returns the JSON that the client gets first, or `undefined`
 * @throws HttpFailure 403 and 404 as the plugin says, 501 for a plugin without streams
 */
export async function subscribeStream(core: GatewayCore, asked: StreamAsked): Promise<Packet | undefined> {
  const { status, data } = await call(core, asked, "subscribeStream", (client, request, options) =>
    client.stream.subscribeStream(request, options),
  );
  checkStatus(status, SubscribeStreamResponse_Status);
  return packetOf(data);
}

/**
 * Asks the plugin whether a client may publish.
 *
 * @returns the JSON to be published, or `undefined` for nothing
 * @throws HttpFailure 403 and 404 as the plugin says, 501 for a plugin without streams
 */
export async function publishStream(core: GatewayCore, asked: StreamAsked): Promise<Packet | undefined> {
  const { status, data } = await call(core, asked, "publishStream", (client, request, options) =>
    client.stream.publishStream(request, options),
  );
  checkStatus(status, PublishStreamResponse_Status);
  return packetOf(data);
}

/**
 * Opens the stream of a channel, with the settings that its data source has now.
 *
 * @throws HttpFailure and ConnectError, also of the iteration
 */
export async function runStream(
  core: GatewayCore,
  asked: StreamAsked,
  target: Target,
): Promise<AsyncIterable<{ readonly data: Uint8Array }>> {
  const client = await streamClientOf(target.slot);
  return client.stream.runStream(requestOf(core, asked, target), optionsOf(asked));
}

type Request = Omit<MessageInitShape<typeof RunStreamRequestSchema>, "$typeName" | "$unknown">;

async function call<T>(
  core: GatewayCore,
  asked: StreamAsked,
  endpoint: string,
  ask: (client: PluginClient<V2>, request: Request, options: CallOptions) => Promise<T>,
): Promise<T> {
  const target = targetOf(core, asked.address);
  try {
    return await observed(core, target, endpoint, async () =>
      ask(await streamClientOf(target.slot), requestOf(core, asked, target), {
        ...optionsOf(asked),
        ...timeoutOf(core),
      }),
    );
  } catch (error) {
    throw error instanceof ConnectError && error.code === Code.Unimplemented
      ? withoutStreams(error)
      : pluginFailure(error, core.settings.style);
  }
}

async function streamClientOf(slot: PluginSlot): Promise<PluginClient<V2>> {
  const client = slot.clientNow() ?? (await slot.client());
  if (client.protocolVersion === 2) return client;
  throw withoutStreams(undefined);
}

function withoutStreams(cause: unknown): HttpFailure {
  return new HttpFailure(501, "The plugin has no streams: query it through /api/ds/query", { cause });
}

function requestOf(
  core: GatewayCore,
  { address, call, data }: StreamAsked,
  { slot, source }: Target,
): Request {
  return {
    pluginContext: core.contextOf(call, slot.info, source),
    path: address.path,
    data,
    headers: forwardedHeaders(call, source),
  };
}

interface CallOptions {
  readonly signal: AbortSignal;
  readonly headers: Record<string, string>;
  readonly timeoutMs?: number;
}

/** For the calls that a client waits for. */
function timeoutOf({ settings: { limits } }: GatewayCore): { readonly timeoutMs?: number } {
  return limits.timeoutMs > maxInt32 ? {} : { timeoutMs: limits.timeoutMs };
}

function optionsOf({ call, signal }: StreamAsked): CallOptions {
  return {
    signal,
    headers: traceHeaders(readTrace(call.header("traceparent"), call.header("tracestate"))),
  };
}

/** Both responses have the same three values. */
function checkStatus(
  status: number,
  known: { readonly OK: number; readonly NOT_FOUND: number; readonly PERMISSION_DENIED: number },
): void {
  if (status === known.OK) return;
  if (status === known.NOT_FOUND) throw new HttpFailure(404, "Not Found");
  if (status === known.PERMISSION_DENIED) throw new HttpFailure(403, "Forbidden");
  throw new HttpFailure(500, `The plugin answered with the unknown status ${status}`);
}

function packetOf(data: Uint8Array): Packet | undefined {
  if (data.length === 0) return undefined;
  const packet = readPacket(data);
  if (packet === undefined) throw new HttpFailure(500, "The plugin answered with data that is not JSON");
  return packet;
}

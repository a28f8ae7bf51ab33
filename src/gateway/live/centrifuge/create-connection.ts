import { randomUUID } from "node:crypto";
import { startTimer, stopTimer } from "../../../timer.ts";
import type { HttpCall } from "../../http/http-call.ts";
import { isPlainObject } from "../../http/is-plain-object.ts";
import type { Batch } from "../create-batch.ts";
import type { Hub } from "../create-hub.ts";
import type { LiveSettings } from "../live-options.ts";
import { type CommandError, commandErrors, type Disconnect, disconnects } from "./codes.ts";
import { createLineQueue } from "./create-line-queue.ts";
import { createPings } from "./create-pings.ts";
import { createSubscriptions } from "./create-subscriptions.ts";
import { channelOf, dataOf, idOf, readCommand, toCommandError } from "./read-command.ts";

/** The socket of a connection. No method throws. */
export interface LiveTransport {
  readonly send: (text: string) => void;
  /** @param isOneOfMany whether others may follow in this turn */
  readonly deliver: (batch: Batch, isOneOfMany: boolean) => void;
  /** Bytes that wait for the client. */
  readonly queuedBytes: () => number;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Nothing is sent afterwards. */
  readonly close: (disconnect: Disconnect) => void;
}

/** A connection of a client that speaks Centrifuge's protocol in JSON. No method throws. */
export interface Connection {
  /** Takes a message of the client. */
  readonly receive: (text: string) => void;
  readonly disconnect: (disconnect: Disconnect) => void;
  /** The client has gone. */
  readonly onGone: () => void;
  /** Takes no further command, and ends when those in flight are done. */
  readonly drain: () => void;
}

/** The answer to a query: JSON on one line, or an error. */
export type QueryOutcome = { readonly json: string } | { readonly error: CommandError };

export interface ConnectionParts {
  readonly settings: LiveSettings;
  readonly hub: Hub;
  readonly transport: LiveTransport;
  /** The request of the connection, in whose name plugins are called. */
  readonly call: HttpCall;
  /** Whether the request had a token, or needs none. */
  readonly isAuthorized: boolean;
  /** The request with the token of the connect command; `undefined` for a token that is not known. */
  readonly authorize: (call: HttpCall, token: string) => HttpCall | undefined;
  /** Does what `POST /api/ds/query` does. Never rejects. */
  readonly query: (call: HttpCall, body: Uint8Array, signal: AbortSignal) => Promise<QueryOutcome>;
  /** Called once. `undefined`: the client has gone by itself. */
  readonly onEnd: (reason: Disconnect | undefined) => void;
  /** The version that clients see. */
  readonly version: string;
}

/** Commands that Centrifuge has and a gateway does not. */
const absent = ["history", "presence", "presence_stats", "refresh", "sub_refresh"];

export function createConnection(parts: ConnectionParts): Connection {
  const { settings, hub, transport } = parts;
  const gone = new AbortController();
  let { call } = parts;
  let isConnected = false;
  let isOver = false;

  const end = (reason: Disconnect | undefined): void => {
    if (isOver) return;
    isOver = true;
    stopTimer(stale);
    pings.stop();
    queue.stop();
    gone.abort(new DOMException("the client has gone", "AbortError"));
    subscriptions.end();
    if (reason !== undefined) transport.close(reason);
    parts.onEnd(reason);
  };

  /** Looks at what waits before a message, so that one of any length reaches a client that keeps up. */
  const hasRoom = (): boolean => {
    if (isOver) return false;
    if (transport.queuedBytes() <= settings.maxQueuedBytes) return true;
    end(disconnects.slow);
    return false;
  };

  const send = (text: string): void => {
    if (hasRoom()) transport.send(text);
  };

  const reply = (id: number, name: string, json: string): void => send(`{"id":${id},"${name}":${json}}`);

  const refuse = (id: number, error: CommandError): void =>
    send(`{"id":${id},"error":${JSON.stringify(error)}}`);

  const connect = (id: number, body: unknown): void => {
    const token = isPlainObject(body) ? body["token"] : undefined;
    if (!parts.isAuthorized) {
      const authorized = typeof token === "string" ? parts.authorize(call, token) : undefined;
      if (authorized === undefined) {
        end(disconnects.invalidToken);
        return;
      }
      call = authorized;
    }
    isConnected = true;
    stopTimer(stale);
    const ping = Math.ceil(settings.pingMs / 1000);
    const hasPings = Number.isFinite(ping);
    const pingFields = hasPings ? { ping, pong: true } : {};
    reply(id, "connect", JSON.stringify({ client: randomUUID(), version: parts.version, ...pingFields }));
    if (hasPings) pings.start();
  };

  const publish = async (id: number, body: unknown): Promise<void> => {
    await hub.publish({ address: channelOf(body), call, data: dataOf(body), signal: gone.signal });
    reply(id, "publish", "{}");
  };

  const rpc = async (id: number, body: unknown): Promise<void> => {
    const method = isPlainObject(body) ? body["method"] : undefined;
    if (method !== "grafana.query") return refuse(id, commandErrors.methodNotFound);
    const outcome = await parts.query(call, dataOf(body), gone.signal);
    if ("error" in outcome) refuse(id, outcome.error);
    else reply(id, "rpc", `{"data":${outcome.json}}`);
  };

  const work = async (id: number, command: Readonly<Record<string, unknown>>): Promise<void> => {
    try {
      if (command["subscribe"] !== undefined) {
        await subscriptions.add(command["subscribe"], call, (json) => reply(id, "subscribe", json));
      } else if (command["unsubscribe"] !== undefined) {
        subscriptions.remove(command["unsubscribe"]);
        reply(id, "unsubscribe", "{}");
      } else if (command["publish"] !== undefined) await publish(id, command["publish"]);
      else if (command["rpc"] !== undefined) await rpc(id, command["rpc"]);
      else if (command["ping"] !== undefined) reply(id, "ping", "{}");
      else if (absent.some((name) => command[name] !== undefined)) refuse(id, commandErrors.notAvailable);
      else refuse(id, commandErrors.methodNotFound);
    } catch (error) {
      refuse(id, toCommandError(error));
    }
  };

  const run = (line: string): Promise<void> | undefined => {
    const command = readCommand(line);
    if (command === undefined) {
      end(disconnects.badRequest);
      return undefined;
    }
    if (Object.keys(command).length === 0) {
      pings.onPong();
      return undefined;
    }
    const id = idOf(command);
    const { connect: connecting, send: sending } = command;
    if (sending !== undefined) end(disconnects.notAvailable);
    // As in Centrifuge the first command is connect, and no other one is.
    else if (id === undefined || isConnected === (connecting !== undefined)) end(disconnects.badRequest);
    else if (connecting !== undefined) connect(id, connecting);
    else return work(id, command);
    return undefined;
  };

  const subscriptions = createSubscriptions({
    hub,
    maxSubscriptions: settings.maxSubscriptions,
    deliver: (batch, isOneOfMany) => {
      if (hasRoom()) transport.deliver(batch, isOneOfMany);
    },
    send,
  });
  const queue = createLineQueue({
    maxInFlight: settings.maxCommandsInFlight,
    maxChars: 4 * settings.maxMessageBytes + (256 << 10),
    run,
    pause: transport.pause,
    resume: transport.resume,
    onOverflow: () => end(disconnects.tooManyRequests),
  });
  const pings = createPings({
    ...settings,
    send: () => send("{}"),
    onNoPong: () => end(disconnects.noPong),
  });
  const stale = startTimer(settings.connectTimeoutMs, () => end(disconnects.stale));
  stale.unref();

  return {
    receive: queue.add,
    disconnect: end,
    onGone: () => end(undefined),
    drain: () => {
      subscriptions.silence();
      queue.drain(() => end(disconnects.shutdown));
    },
  };
}

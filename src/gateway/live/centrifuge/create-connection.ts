import { randomUUID } from "node:crypto";
import { startTimer, stopTimer } from "../../../timer.ts";
import type { HttpCall } from "../../http/http-call.ts";
import { isPlainObject } from "../../http/is-plain-object.ts";
import type { Hub } from "../create-hub.ts";
import type { LiveSettings } from "../live-options.ts";
import { type Disconnect, disconnects } from "./codes.ts";
import { createLineQueue } from "./create-line-queue.ts";
import { createOutput } from "./create-output.ts";
import { createPings } from "./create-pings.ts";
import { createSubscriptions } from "./create-subscriptions.ts";
import type { LiveTransport } from "./live-transport.ts";
import { idOf, readCommand } from "./read-command.ts";
import { type QueryOutcome, runCommand } from "./run-command.ts";

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

export function createConnection(parts: ConnectionParts): Connection {
  const { settings, hub, transport, query } = parts;
  const gone = new AbortController();
  let { call } = parts;
  let isConnected = false;
  let isOver = false;

  const end = (reason: Disconnect | undefined): void => {
    if (isOver) return;
    isOver = true;
    output.stop();
    stopTimer(stale);
    pings.stop();
    queue.stop();
    gone.abort(new DOMException("the client has gone", "AbortError"));
    subscriptions.end();
    if (reason !== undefined) transport.close(reason);
    parts.onEnd(reason);
  };

  const output = createOutput({
    transport,
    maxQueuedBytes: settings.maxQueuedBytes,
    onSlow: () => end(disconnects.slow),
  });

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
    const welcome = { client: randomUUID(), version: parts.version, ...pingFields };
    output.reply(id, "connect", JSON.stringify(welcome));
    if (hasPings) pings.start();
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
    else return runCommand(commandParts, call, id, command);
    return undefined;
  };

  const subscriptions = createSubscriptions({
    hub,
    maxSubscriptions: settings.maxSubscriptions,
    deliver: output.deliver,
    send: output.send,
  });
  const commandParts = { hub, subscriptions, output, query, signal: gone.signal };
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
    send: () => output.send("{}"),
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

import type { Transport } from "@connectrpc/connect";
import { messageOf, PluginError } from "../../errors.ts";
import { millisecondsOption, objectOption, signalOption } from "../../option-checks.ts";
import { abortAfter } from "../../timer.ts";
import type { GoPluginService } from "../go-plugin-service.ts";
import { formatAddress } from "../socket-address.ts";
import { abortedBroker } from "./aborted-broker.ts";
import {
  type AnnouncedAddress,
  announcedAddress,
  type BrokeredAddress,
  parseBrokeredAddress,
} from "./broker-address.ts";
import { type Announcements, brokerTimeoutMs, createAnnouncements } from "./broker-announcements.ts";
import type { BrokerMessage } from "./broker-message.ts";
import { type BrokerOutbox, createBrokerOutbox } from "./broker-outbox.ts";

/**
 * Further connections between a host and its plugin, by go-plugin's broker: one side serves under a number that it
 * sends to the other in a request, and the other side dials that number. Both sides can do both.
 */
export interface Broker {
  /**
   * A number for `acceptAndServe`, not used before by this side; each side counts its own from 1, and the numbers of
   * the two sides do not conflict.
   */
  nextId(): number;
  /**
   * Serves on a new socket and announces it to the other side under `id`. Resolves when the other side's stream has
   * taken the announcement, which is for one dial; the server takes any number of calls.
   *
   * @throws PluginError `listen_failed`; `closed` when the plugin or the broker has ended; `aborted`; `invalid_option`
   *   for an id that is not an unsigned 32-bit number.
   */
  acceptAndServe(
    id: number,
    services: readonly GoPluginService[],
    options?: BrokerCallOptions,
  ): Promise<BrokeredServer>;
  /**
   * Waits until the other side serves under `id`, and connects to it.
   *
   * @throws PluginError `dial_failed` if it does not serve within `timeoutMs`, or cannot be reached; `closed`,
   *   `aborted`, `invalid_option` as above.
   */
  dial(id: number, options?: BrokerCallOptions): Promise<BrokeredConnection>;
}

export interface BrokerCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the other side. Default 5000, as go-plugin. */
  readonly timeoutMs?: number | undefined;
}

/** A server for the other side. It ends with the plugin at the latest. */
export interface BrokeredServer extends AsyncDisposable {
  /** Stops listening, aborts running calls and removes the socket. Safe to call twice. */
  close(): Promise<void>;
}

/** A connection to a server of the other side. It ends with the plugin at the latest. */
export interface BrokeredConnection extends Disposable {
  /** For Connect's `createClient`. */
  readonly transport: Transport;
  /** Closes the connection. Safe to call twice. */
  close(): void;
}

/** How a broker listens and dials. */
export interface BrokerSockets {
  /** Listens where the other side can reach it. */
  listen(services: readonly GoPluginService[]): Promise<{
    readonly address: BrokeredAddress;
    close(): Promise<void>;
  }>;
  dial(
    address: BrokeredAddress,
    signal: AbortSignal,
  ): Promise<{ readonly transport: Transport; close(): void }>;
}

/** A broker and its side of the stream. */
export interface BrokerSide {
  readonly broker: Broker;
  /** Messages to the other side, until the signal is aborted. */
  outgoing(signal: AbortSignal): AsyncGenerator<BrokerMessage>;
  /** Takes a message from the other side. */
  receive(message: BrokerMessage): void;
  /**
   * Closes all brokered servers and connections; later use of the broker rejects with `reason`. Never rejects; safe to
   * call twice.
   */
  close(reason: PluginError): Promise<void>;
}

/** Default limit for waiting announcements, and for waiting dials. */
const defaultMaxPending = 1024;

/** Makes the broker of one side, host or plugin. It does not multiplex: each brokered connection has its own socket. */
export function createBroker(
  sockets: BrokerSockets,
  { maxPending = defaultMaxPending }: { readonly maxPending?: number | undefined } = {},
): BrokerSide {
  const closing = new AbortController();
  const announcements = createAnnouncements<AnnouncedAddress>(maxPending);
  const outbox = createBrokerOutbox(maxPending, closing.signal);
  const state: BrokerState = { sockets, announcements, outbox, open: new Set(), closing: closing.signal };
  let lastId = 0;
  const broker: Broker = {
    nextId() {
      lastId = lastId === maxId ? 1 : lastId + 1;
      return lastId;
    },
    acceptAndServe: (id, services, options) => acceptAndServe(state, id, services, options),
    dial: (id, options) => dial(state, id, options),
  };
  return {
    broker,
    outgoing: (signal) => outbox.read(signal),
    receive(message) {
      const { serviceId, knock } = message;
      if (knock === undefined) announcements.announce(serviceId, announcedAddress(message));
      else if (knock.knock && !knock.ack) outbox.post(refusedKnock(serviceId));
    },
    async close(reason) {
      closing.abort(reason);
      announcements.close(reason);
      await Promise.allSettled([...state.open].map((each) => each.close()));
    },
  };
}

interface BrokerState {
  readonly sockets: BrokerSockets;
  /** Of the other side. */
  readonly announcements: Announcements<AnnouncedAddress>;
  /** Messages to the other side. */
  readonly outbox: BrokerOutbox;
  /** Servers and connections that end with the broker. */
  readonly open: Set<{ close(): unknown }>;
  /** Aborted with the reason when the broker is closed. */
  readonly closing: AbortSignal;
}

async function acceptAndServe(
  { sockets, outbox, open, closing }: BrokerState,
  id: number,
  services: readonly GoPluginService[],
  options?: BrokerCallOptions,
): Promise<BrokeredServer> {
  checkId(id);
  const { signal, timeoutMs } = checkOptions(options);
  closing.throwIfAborted();
  const listener = await sockets.listen(services);
  const server: BrokeredServer = {
    close: () => {
      open.delete(server);
      return listener.close();
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
  open.add(server);
  try {
    closing.throwIfAborted();
    await outbox.send({ serviceId: id, ...formatAddress(listener.address) }, timeoutMs, signal);
    return server;
  } catch (reason) {
    await server.close();
    throw reason;
  }
}

async function dial(
  state: BrokerState,
  id: number,
  options?: BrokerCallOptions,
): Promise<BrokeredConnection> {
  const { open, closing } = state;
  checkId(id);
  const { signal, timeoutMs } = checkOptions(options);
  closing.throwIfAborted();
  const limit = abortAfter(timeoutMs);
  const dialled = await dialAnnounced(state, id, timeoutMs, signal, limit.signal).finally(limit.stop);
  const connection: BrokeredConnection = {
    transport: dialled.transport,
    close: () => {
      open.delete(connection);
      dialled.close();
    },
    [Symbol.dispose]: () => connection.close(),
  };
  open.add(connection);
  if (closing.aborted) connection.close();
  closing.throwIfAborted();
  return connection;
}

async function dialAnnounced(
  { sockets, announcements, closing }: BrokerState,
  id: number,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  limit: AbortSignal,
): ReturnType<BrokerSockets["dial"]> {
  const address = parseBrokeredAddress(await announcements.wait(id, timeoutMs, signal));
  const given = AbortSignal.any([closing, limit, ...listOf(signal)]);
  return sockets.dial(address, given).catch((cause: unknown) => {
    closing.throwIfAborted();
    if (signal?.aborted) throw abortedBroker("dial", id, signal);
    throw notReached(id, address, cause);
  });
}

const maxId = 2 ** 32 - 1;

function checkId(id: number): void {
  if (!Number.isInteger(id) || id < 0 || id > maxId) {
    throw new PluginError(
      "invalid_option",
      `the id of a brokered connection must be a whole number from 0 to ${maxId}, got ${id}`,
    );
  }
}

function checkOptions(options: BrokerCallOptions = {}): {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
} {
  const { signal, timeoutMs = brokerTimeoutMs } = objectOption(
    "the options of a broker's call",
    options,
    "an object",
  );
  return {
    signal: signal && signalOption("signal", signal),
    timeoutMs: millisecondsOption("timeoutMs", timeoutMs),
  };
}

/** Only sides that agreed on multiplexing knock, and this side never agrees to it. */
function refusedKnock(serviceId: number): BrokerMessage {
  const knock = { knock: true, ack: true, error: "this side does not multiplex its broker" };
  return { serviceId, network: "", address: "", knock };
}

function notReached(id: number, address: BrokeredAddress, cause: unknown): PluginError {
  const { network, address: text } = formatAddress(address);
  const message = messageOf(cause);
  return new PluginError(
    "dial_failed",
    `cannot reach brokered connection ${id} at ${network} ${text}: ${message}`,
    { cause },
  );
}

function listOf<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

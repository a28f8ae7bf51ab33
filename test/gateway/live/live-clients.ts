import type { TestContext } from "node:test";
import { Centrifuge } from "centrifuge";
import WebSocket from "ws";
import { atEnd } from "../../helpers/at-end.ts";
import { until } from "../../helpers/until.ts";

/** The address of the WebSocket of a gateway. */
export function socketUrl(url: string, query = ""): string {
  return `${url.replace(/^http/, "ws")}/api/live/ws${query}`;
}

/** The official client, over a real socket. The end of the test disconnects it. */
export function connectCentrifuge(
  t: TestContext,
  url: string,
  options: ConstructorParameters<typeof Centrifuge>[1] = {},
): Centrifuge {
  const client = new Centrifuge(socketUrl(url), {
    websocket: WebSocket,
    // The test's own bounds are for defects.
    timeout: 60_000,
    maxServerPingDelay: 60_000,
    minReconnectDelay: 10,
    maxReconnectDelay: 50,
    ...options,
  });
  // Without a listener it would throw.
  client.on("error", () => {});
  atEnd(t, () => client.disconnect());
  client.connect();
  return client;
}

/** A subscription of the official client, with what came. */
export interface Watched {
  /** What the client got first, if it did. */
  readonly initial: () => unknown;
  readonly packets: readonly unknown[];
  /** The events `subscribed` and `unsubscribed` with their code, in their order. */
  readonly events: readonly string[];
  readonly unsubscribe: () => void;
}

/** Subscribes and resolves when it is done, or refused. */
export async function watch(client: Centrifuge, channel: string, data?: unknown): Promise<Watched> {
  const subscription = client.newSubscription(channel, data === undefined ? {} : { data });
  const packets: unknown[] = [];
  const events: string[] = [];
  let initial: unknown;
  subscription.on("publication", (context) => packets.push(context.data));
  subscription.on("subscribed", (context) => {
    initial = context.data;
    events.push("subscribed");
  });
  subscription.on("unsubscribed", ({ code, reason }) => events.push(`unsubscribed ${code} ${reason}`));
  subscription.on("error", ({ error }) => events.push(`error ${error.code} ${error.message}`));
  subscription.subscribe();
  await until(`${channel} has an answer`, () => events.length > 0);
  return {
    initial: () => initial,
    packets,
    events,
    unsubscribe: () => {
      subscription.unsubscribe();
      client.removeSubscription(subscription);
    },
  };
}

/** A WebSocket that speaks no protocol by itself. */
export interface RawClient {
  readonly socket: WebSocket;
  /** Every line that came, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests name the members that they expect
  readonly lines: readonly any[];
  readonly send: (...commands: readonly (object | string)[]) => void;
  /** Resolves with the answer to a command. */
  // biome-ignore lint/suspicious/noExplicitAny: tests name the members that they expect
  readonly answer: (id: number) => Promise<any>;
  /** Resolves with the code and the reason of the end. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Opens a WebSocket, and sends the first command unless told otherwise. */
export async function connectRaw(
  t: TestContext,
  url: string,
  {
    query = "",
    headers = {},
    protocols = [],
    isSilent = false,
  }: {
    readonly query?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly protocols?: string[];
    readonly isSilent?: boolean;
  } = {},
): Promise<RawClient> {
  const socket = new WebSocket(socketUrl(url, query), protocols, { headers, perMessageDeflate: false });
  const lines: unknown[] = [];
  const asked = new Map<unknown, (answer: unknown) => void>();
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: String(reason) }));
  });
  socket.on("message", (message) => {
    for (const line of String(message).split("\n")) {
      const parsed: unknown = JSON.parse(line);
      lines.push(parsed);
      asked.get(idOf(parsed))?.(parsed);
    }
  });
  atEnd(t, () => socket.terminate());
  // Not by polling: a test may have a thousand of these.
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject).on("open", resolve);
  });
  const send = (...commands: readonly (object | string)[]): void => {
    socket.send(commands.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join("\n"));
  };
  const client: RawClient = {
    socket,
    lines,
    send,
    closed,
    answer: (id) =>
      new Promise((resolve) => {
        const there = lines.find((line) => idOf(line) === id);
        if (there !== undefined) resolve(there);
        else asked.set(id, resolve);
      }),
  };
  if (!isSilent) {
    send({ id: 1, connect: {} });
    await client.answer(1);
  }
  return client;
}

function idOf(line: unknown): unknown {
  return (line as { readonly id?: unknown }).id;
}

/** The handshake of a WebSocket that is refused: status and body. */
export function refusedHandshake(
  url: string,
  {
    query = "",
    headers = {},
  }: { readonly query?: string; readonly headers?: Readonly<Record<string, string>> },
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(socketUrl(url, query), { headers });
    socket.on("error", reject);
    socket.on("open", () => {
      socket.terminate();
      resolve({ status: 101, text: "" });
    });
    socket.on("unexpected-response", (_, response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
  });
}

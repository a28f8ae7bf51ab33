import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type Client, Code, ConnectError, createClient, type ServiceImpl } from "@connectrpc/connect";
import type { CallGuard, GuardedCall } from "../../src/transport/call-guard.ts";
import { connectNodeTransport } from "../../src/transport/connect-node/connect-node-transport.ts";
import { grpcTransport } from "../../src/transport/grpc-transport.ts";
import { guardInterceptor } from "../../src/transport/guard-interceptor.ts";
import {
  type DialOptions,
  implementService,
  type SocketTransport,
} from "../../src/transport/socket-transport.ts";
import { TestService } from "../conformance/gen/grpc/testing/test_pb.js";
import { atEnd } from "./at-end.ts";
import { freshAddress, wideLimits } from "./connected-pair.ts";

type GuardOptions = Pick<DialOptions, "guards" | "interceptors">;

/** How guards are run. */
export interface GuardSetup {
  readonly name: string;
  readonly transport: SocketTransport;
  readonly optionsOf: (guards: readonly CallGuard[]) => GuardOptions;
}

const asGuards = (guards: readonly CallGuard[]): GuardOptions => ({ guards });

export const setups: readonly GuardSetup[] = [
  { name: "grpc", transport: grpcTransport, optionsOf: asGuards },
  {
    name: "grpc, as interceptors",
    transport: grpcTransport,
    optionsOf: (guards) => ({ interceptors: guards.map(guardInterceptor) }),
  },
  { name: "connect-node", transport: connectNodeTransport, optionsOf: asGuards },
];

/** Two guards, and what they heard of all calls but `emptyCall`, which tests use to let time pass. */
interface Pair {
  readonly guards: readonly CallGuard[];
  readonly heard: string[];
  /** The calls, as the guard knows them that is closest to the wire. */
  readonly calls: GuardedCall[];
}

export interface PairOptions {
  readonly refusal?: ConnectError;
  /** Of the inner guard. */
  readonly replace?: (error: unknown) => unknown;
}

export function guardPair(
  side: CallGuard["side"],
  { refusal, replace = (error) => error }: PairOptions,
): Pair {
  const heard: string[] = [];
  const calls: GuardedCall[] = [];
  const closest = side === "caller" ? "inner" : "outer";
  const isOther = ({ method }: GuardedCall): boolean => method === TestService.method.emptyCall;
  const guard = (name: "outer" | "inner"): CallGuard => ({
    side,
    onBegin: (call) => {
      if (isOther(call)) return;
      heard.push(`${name} begins`);
      if (name === "inner" && refusal !== undefined) throw refusal;
      if (name === closest) calls.push(call);
    },
    onEnd: (call, error) => {
      if (isOther(call)) return error;
      heard.push(`${name} ends: ${describe(error)}`);
      return name === "inner" ? replace(error) : error;
    },
  });
  return { guards: [guard("outer"), guard("inner")], heard, calls };
}

function describe(error: unknown): string {
  if (error === undefined) return "OK";
  return error instanceof ConnectError ? Code[error.code] : String(error);
}

/** A server and a client with guards on both sides. */
export interface World {
  readonly client: Client<typeof TestService>;
  readonly caller: Pair;
  readonly handler: Pair;
  /** Opens for handlers that wait for it. */
  readonly open: () => void;
  /** How many signals of handlers were aborted. */
  readonly aborted: () => number;
  /** A round trip on the same connection. */
  readonly turn: () => Promise<unknown>;
  readonly cutOff: () => Promise<void>;
}

/** What a flood consists of. */
export const body = new Uint8Array(100_000);

/** What `unaryCall` and `streamingOutputCall` do for the text in `payload`. */
function handlers(
  gate: Promise<void>,
  onAbort: () => void,
  onCleanedUp: () => void,
): Partial<ServiceImpl<typeof TestService>> {
  const gone = (signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      const onAbort = (): void => reject(new Error("gone"));
      signal.addEventListener("abort", onAbort);
      if (signal.aborted) onAbort();
    });
  return {
    emptyCall: () => ({}),
    async unaryCall({ payload }, { signal }) {
      signal.addEventListener("abort", onAbort);
      const what = textOf(payload?.body);
      if (what === "fail") throw new ConnectError("as asked", Code.FailedPrecondition);
      if (what === "wait") await gone(signal);
      if (what === "deaf") await gate;
      return {};
    },
    async *streamingOutputCall({ payload }, { signal }) {
      signal.addEventListener("abort", onAbort);
      const what = textOf(payload?.body);
      try {
        for (let count = 0; count < 3; count++) yield { payload: { body: Uint8Array.of(count) } };
        if (what === "fail") throw new ConnectError("as asked", Code.FailedPrecondition);
        if (what === "wait") await gone(signal);
        if (what === "deaf") {
          await gate;
          yield {};
        }
        while (what === "flood") yield { payload: { body } };
      } finally {
        if (what === "flood") {
          await gate;
          await new Promise(setImmediate);
          onCleanedUp();
        }
      }
    },
  };
}

export const request = (what: string) => ({ payload: { body: new TextEncoder().encode(what) } });
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

export interface BuildOptions {
  readonly caller?: PairOptions;
  readonly handler?: PairOptions;
  /** Of the server. */
  readonly maxSendBytes?: number;
}

export async function guardedPair(
  t: TestContext,
  { transport, optionsOf }: GuardSetup,
  options: BuildOptions = {},
): Promise<World> {
  const caller = guardPair("caller", options.caller ?? {});
  const handler = guardPair("handler", options.handler ?? {});
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let aborted = 0;
  const server = await transport.listen({
    ...wideLimits,
    maxSendBytes: options.maxSendBytes ?? wideLimits.maxSendBytes,
    address: await freshAddress(t),
    services: [
      implementService(
        TestService,
        handlers(
          gate,
          () => aborted++,
          () => handler.heard.push("handler has cleaned up"),
        ),
      ),
    ],
    ...optionsOf(handler.guards),
  });
  atEnd(t, () => server.close({ graceMs: 0 }));
  const connection = await transport.dial({
    ...wideLimits,
    address: server.address,
    ...optionsOf(caller.guards),
  });
  atEnd(t, () => connection.close());
  const client = createClient(TestService, connection.transport);
  return {
    client,
    caller,
    handler,
    open,
    aborted: () => aborted,
    turn: () => client.emptyCall({}),
    cutOff: () => server.close({ graceMs: 0 }),
  };
}

export type Answers = AsyncIterator<{ readonly payload?: { readonly body: Uint8Array } | undefined }>;

/** Asks for a stream and takes its first message. */
export async function begun(
  { client }: World,
  what: string,
  options: Parameters<World["client"]["streamingOutputCall"]>[1] = {},
): Promise<Answers> {
  const answers = client.streamingOutputCall(request(what), options)[Symbol.asyncIterator]();
  assert.equal((await answers.next()).value?.payload?.body[0], 0);
  return answers;
}

/** Gives how many messages there were until the end. */
export async function readOn(answers: Answers): Promise<number> {
  let count = 0;
  while (!(await answers.next()).done) count++;
  return count;
}

/** A call that succeeds. */
export function call(client: World["client"], kind: string): Promise<unknown> {
  return kind === "a stream"
    ? readOn(client.streamingOutputCall(request(""))[Symbol.asyncIterator]())
    : client.unaryCall({});
}

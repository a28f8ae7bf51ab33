import { expectThat, leftOut, type Outcome } from "../check.ts";
import { isOwnService, type WatchEvent } from "./acts.ts";
import type { HostCheck } from "./host-check.ts";
import type { HostWorld } from "./host-world.ts";

type Call = Extract<WatchEvent, { kind: "call" }>;
type Request = Extract<WatchEvent, { kind: "request" }>;

const stdio = "/plugin.GRPCStdio/StreamStdio";
const broker = "/plugin.GRPCBroker/StartStream";
const maxMessageBytes = 2 ** 24;

/** How a host calls its plugin. */
export const callChecks: readonly HostCheck[] = [
  {
    name: "host.stdio",
    fact: "The host opens StreamStdio once on each plugin.",
    source: "go-plugin grpc_stdio.go: a Go plugin blocks in a print that nobody reads, and has one reader",
    run: (world) =>
      ofCalls(world, (calls) => {
        const count = calls.filter(({ path }) => path === stdio).length;
        return expectThat(
          count === 1,
          "one call of StreamStdio",
          `${count} calls`,
          "open it right after you connected, and read it to its end",
        );
      }),
  },
  {
    name: "host.broker",
    fact: "The host opens the stream of the broker once at most.",
    source: "go-plugin grpc_broker.go, StartStream",
    run: (world) =>
      ofCalls(world, (calls) => {
        const count = calls.filter(({ path }) => path === broker).length;
        return expectThat(
          count <= 1,
          "one call of StartStream at most",
          `${count} calls`,
          "keep one stream for all ids",
        );
      }),
  },
  {
    name: "host.headers",
    fact: "Calls have :method POST, content-type application/grpc and te: trailers.",
    source: "gRPC over HTTP/2, Request-Headers",
    run: (world) =>
      ofCalls(world, (calls) => {
        const odd = calls.find(
          ({ headers }) =>
            headers[":method"] !== "POST" ||
            headers["te"] !== "trailers" ||
            !String(headers["content-type"]).startsWith("application/grpc"),
        );
        return expectThat(
          odd === undefined,
          "these headers in each call",
          JSON.stringify(odd),
          "send them: servers in other languages check te, too",
        );
      }),
  },
  {
    name: "host.uncompressed",
    fact: "Requests are not compressed.",
    source: "docs/handshake.md, The connection: few plugins have a decompressor",
    run: (world) =>
      ofCalls(world, (calls) => {
        const odd = calls.find(({ headers }) => !["identity", undefined].includes(headers["grpc-encoding"]));
        return expectThat(
          odd === undefined,
          "no grpc-encoding",
          `${odd?.path}: ${odd?.headers["grpc-encoding"]}`,
          "turn compression off for plugins",
        );
      }),
  },
  {
    name: "host.deadlines",
    fact: "A deadline is up to eight digits and a unit.",
    source: "gRPC over HTTP/2, Timeout",
    run: (world) =>
      ofCalls(world, (calls) => {
        const odd = calls.find(
          ({ headers }) => !/^\d{1,8}[HMSmun]$|^undefined$/.test(String(headers["grpc-timeout"])),
        );
        return expectThat(
          odd === undefined,
          "such as 10S or 1500m",
          `${odd?.path}: ${odd?.headers["grpc-timeout"]}`,
          "round the time to a larger unit when it has more digits",
        );
      }),
  },
  {
    name: "host.contexts",
    fact: "Requests have a PluginContext, except CollectMetrics, and queries have a timeRange.",
    source: "SDK backend/convert_from_protobuf.go: a Go plugin answers an absent one with a panic",
    run: (world) =>
      ofRequests(world, (requests) => {
        const odd = requests.find(({ missing }) => missing.length > 0);
        return expectThat(
          odd === undefined,
          "nothing missing",
          `${odd?.path}: no ${odd?.missing.join(", no ")}`,
          "set them, if need be to empty messages",
        );
      }),
  },
  {
    name: "host.message-size",
    fact: "A request has 16 MiB at most.",
    source: "SDK backend/serve.go: a plugin refuses larger ones",
    run: (world) =>
      ofRequests(world, (requests) => {
        const large = requests.find(({ bytes }) => bytes > maxMessageBytes);
        return expectThat(
          large === undefined,
          `${maxMessageBytes} bytes at most`,
          `${large?.path}: ${large?.bytes} bytes`,
          "refuse it before you send it",
        );
      }),
  },
  {
    name: "host.bare",
    fact: "The host calls a plugin that has none of go-plugin's services, listens on TCP and prints five fields.",
    source: "docs/handshake.md, The handshake line: plugins in Node.js and Rust",
    run: async (world) => {
      const usual = (await world.perform("watch")).events.filter(isContractCall);
      if (usual.length === 0) return leftOut("the host makes no call of a contract");
      const { events } = await world.perform("bare");
      return expectThat(
        events.some(isContractCall),
        "the calls that another plugin gets",
        "none",
        "treat UNIMPLEMENTED of stdio, broker and health as an answer, and accept tcp and five fields",
      );
    },
  },
];

function isContractCall(event: WatchEvent): boolean {
  return event.kind === "call" && !isOwnService(event.path);
}

async function ofCalls(world: HostWorld, look: (calls: readonly Call[]) => Outcome): Promise<Outcome> {
  const calls = (await world.perform("watch")).events.filter((event) => event.kind === "call");
  return calls.length === 0 ? leftOut("the host made no call") : look(calls);
}

async function ofRequests(
  world: HostWorld,
  look: (requests: readonly Request[]) => Outcome,
): Promise<Outcome> {
  const requests = (await world.perform("watch")).events.filter((event) => event.kind === "request");
  return requests.length === 0 ? leftOut("the host made no call that was answered") : look(requests);
}

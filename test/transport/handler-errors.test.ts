import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient, type HandlerContext } from "@connectrpc/connect";
import { reportHandlerErrors } from "../../src/plugin/report-handler-errors.ts";
import { connectNodeTransport } from "../../src/transport/connect-node/connect-node-transport.ts";
import { grpcTransport } from "../../src/transport/grpc-transport.ts";
import { implementService, type SocketTransport } from "../../src/transport/socket-transport.ts";
import { TestService } from "../conformance/gen/grpc/testing/test_pb.js";
import { atEnd } from "../helpers/at-end.ts";
import { freshAddress, wideLimits } from "../helpers/connected-pair.ts";
import { rejectionOf } from "../helpers/rejection.ts";

const refusing = new Proxy(
  {},
  {
    get: () => {
      throw new RangeError("touched");
    },
    has: () => {
      throw new RangeError("touched");
    },
    getPrototypeOf: () => {
      throw new RangeError("touched");
    },
  },
);

const texts = [
  "cannot connect: ",
  " a",
  " ",
  "\t\n\r\0\u0007",
  "%20 100 %",
  "caf\u00e9 \u{1f600}",
  "",
  "\u007f",
  "\ufeffBOM",
];
const half = "\ud800 half";

/** What a handler throws, and the code and text that its caller gets. */
const thrown: readonly (readonly [name: string, reason: unknown, code: Code, text: string])[] = [
  ...texts.map((text) => [`Error ${JSON.stringify(text)}`, new Error(text), Code.Unknown, text] as const),
  ...texts.map(
    (text) =>
      [
        `ConnectError ${JSON.stringify(text)}`,
        new ConnectError(text, Code.Aborted),
        Code.Aborted,
        text,
      ] as const,
  ),
  ["half a character", new Error(half), Code.Unknown, half.toWellFormed()],
  [
    "half a character, as ConnectError",
    new ConnectError(half, Code.NotFound),
    Code.NotFound,
    half.toWellFormed(),
  ],
  ["a long text", new Error("\u00e9".repeat(100_000)), Code.Unknown, `${"\u00e9".repeat(4096)}…`],
  ["a message that is a number", Object.assign(new Error("plain"), { message: 42 }), Code.Unknown, "42"],
  [
    "a message that is a symbol",
    Object.assign(new Error("plain"), { message: Symbol("s") }),
    Code.Unknown,
    "Symbol(s)",
  ],
  ["an object with a message", { message: "an object " }, Code.Unknown, "an object "],
  ["a string", "text ", Code.Unknown, "text "],
  ["undefined", undefined, Code.Unknown, "undefined"],
  ["null", null, Code.Unknown, "null"],
  ["a symbol", Symbol("s"), Code.Unknown, "Symbol(s)"],
  ["an object without a text", Object.create(null), Code.Unknown, "a thrown object that has no text"],
  ["a proxy that throws", refusing, Code.Unknown, "a thrown object that has no text"],
  [
    "a message that throws when it is read",
    Object.defineProperty(new Error("plain"), "message", {
      get: () => {
        throw new RangeError("read");
      },
    }),
    Code.Unknown,
    "a thrown object that has no text",
  ],
  ["a code that gRPC does not have", new ConnectError("no", 99 as Code), Code.Unknown, "no"],
  ["the code 0", new ConnectError("no", 0 as Code), Code.Unknown, "no"],
  [
    "details that are no list",
    Object.assign(new ConnectError("no", Code.Aborted), { details: 5 }),
    Code.Aborted,
    "no",
  ],
  [
    "details that cannot be encoded",
    withDetails({ desc: StringValueSchema, value: { value: Symbol("s") } }),
    Code.Aborted,
    "no",
  ],
  ["details of nothing", withDetails(null, undefined, {}, { type: 5, value: 5 }), Code.Aborted, "no"],
  [
    "details that are too large",
    withDetails({ type: "a", value: new Uint8Array(3 << 20) }),
    Code.Aborted,
    "no",
  ],
  [
    "metadata that are none",
    Object.defineProperty(new ConnectError("no", Code.Aborted), "metadata", { value: 5 }),
    Code.Aborted,
    "no",
  ],
  [
    "metadata behind a proxy",
    Object.defineProperty(new ConnectError("no", Code.Aborted), "metadata", {
      value: new Proxy(new Headers(), {}),
    }),
    Code.Aborted,
    "no",
  ],
  [
    "metadata that cannot be sent",
    new ConnectError("no", Code.Aborted, {
      te: "gzip",
      connection: "close",
      "a-bin": "!",
      b: "\u0001",
      "grpc-status": "0",
    }),
    Code.Aborted,
    "no",
  ],
  [
    "metadata that are too large",
    new ConnectError("no", Code.Aborted, { large: "x".repeat(1_200_000) }),
    Code.Aborted,
    "no",
  ],
];

const handlers: readonly [
  name: string,
  { readonly [K in "unaryCall" | "streamingOutputCall"]?: (reason: unknown) => unknown },
][] = [
  [
    "sync",
    {
      unaryCall: (reason) => {
        throw reason;
      },
    },
  ],
  ["async", { unaryCall: (reason) => Promise.resolve().then(() => Promise.reject(reason)) }],
  [
    "async *",
    {
      streamingOutputCall: async function* (reason) {
        yield {};
        throw reason;
      },
    },
  ],
];

for (const [transportName, transport] of [
  ["grpc", grpcTransport],
  ["connect-node", connectNodeTransport],
] as const) {
  suite(`what a handler throws, over ${transportName}`, () => {
    for (const [kind, handler] of handlers) {
      test(`what a handler throws, over ${transportName}: ${kind}: comes with its code and its whole text`, async (t) => {
        let reason: unknown;
        const bind = (call: ((reason: unknown) => unknown) | undefined) => call && (() => call(reason));
        const service = implementService(TestService, {
          unaryCall: bind(handler.unaryCall),
          streamingOutputCall: bind(handler.streamingOutputCall),
        } as never);
        const client = await connectedClient(t, transport, service);

        for (const [name, what, code, text] of thrown) {
          reason = what;
          const call = kind === "async *" ? readAll(client.streamingOutputCall({})) : client.unaryCall({});
          const error = await rejectionOf(call);
          assert.ok(error instanceof ConnectError, name);
          assert.deepEqual([Code[error.code], error.rawMessage], [Code[code], text], name);
        }
      });
    }
  });
}

test("what of an error or an answer cannot be sent is logged, without its value", async (t) => {
  const service = implementService(TestService, {
    unaryCall: (_request: unknown, { responseHeader, responseTrailer }: HandlerContext) => {
      responseHeader.set("x-header", "secret \u0001");
      responseTrailer.set("x-trailer-bin", "secret!");
      throw withDetails({ type: "a.Type", value: "secret" });
    },
  } as never);
  const logged: string[] = [];
  const report = reportHandlerErrors(({ message, fields }) => logged.push(`${message}: ${fields["error"]}`));
  const client = await connectedClient(t, grpcTransport, service, report);

  await rejectionOf(client.unaryCall({}));

  assert.match(logged.join("\n"), /detail 0 of an error cannot be sent/);
  assert.match(logged.join("\n"), /"x-header" has a value that is not printable ASCII/);
  assert.match(logged.join("\n"), /"x-trailer-bin" has a value that is not base64/);
  assert.doesNotMatch(logged.join("\n"), /secret/);
});

async function connectedClient(
  t: Parameters<typeof freshAddress>[0],
  transport: SocketTransport,
  service: ReturnType<typeof implementService>,
  report = reportHandlerErrors(() => {}),
) {
  const address = await freshAddress(t);
  const server = await transport.listen({
    ...wideLimits,
    address,
    services: [service],
    guards: [report],
  });
  atEnd(t, () => server.close({ graceMs: 0 }));
  const connection = await transport.dial({ ...wideLimits, address: server.address });
  atEnd(t, () => connection.close());
  return createClient(TestService, connection.transport);
}

async function readAll(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of messages);
}

function withDetails(...details: unknown[]): ConnectError {
  return Object.assign(new ConnectError("no", Code.Aborted), { details });
}

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  create,
  type DescMessage,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  type DescService,
  type Message,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { v3Services } from "grafana-plugin-protocol/experimental/v3";
import { v1 } from "grafana-plugin-protocol/v1";
import { rendererServices, sanitizerServices, v2 } from "grafana-plugin-protocol/v2";
import { grpcTransport } from "../../../src/transport/grpc-transport.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { freshAddress, wideLimits } from "../../helpers/connected-pair.ts";

/** Fields of a newer peer: a small one, and one that is large enough to go out by reference. */
const unknown = [
  { no: 5000, wireType: 2, data: Uint8Array.of(3, 1, 2, 3) },
  { no: 5001, wireType: 0, data: Uint8Array.of(0x96, 1) },
  { no: 5002, wireType: 2, data: Uint8Array.of(0x80, 0x80, 4, ...new Uint8Array(65_536)) },
];

const services: readonly DescService[] = [
  v1.services,
  v2.services,
  rendererServices,
  sanitizerServices,
  v3Services,
].flatMap((each) => Object.values(each));

/** A message that has unknown fields, and a submessage that has them. */
function relayed(desc: DescMessage): Message {
  const nested = desc.fields.find((field) => field.fieldKind === "message" && field.oneof === undefined);
  const init: Record<string, unknown> = {};
  if (nested?.fieldKind === "message") {
    init[nested.localName] = Object.assign(create(nested.message), { $unknown: unknown });
  }
  return Object.assign(create(desc, init), { $unknown: unknown });
}

function assertUnknown(desc: DescMessage, message: Message): void {
  assert.deepEqual(message.$unknown, unknown);
  const nested = desc.fields.find((field) => field.fieldKind === "message" && field.oneof === undefined);
  if (nested === undefined) return;
  const value: unknown = Reflect.get(message, nested.localName);
  assert.ok(typeof value === "object" && value !== null && "$unknown" in value);
  assert.deepEqual(value.$unknown, unknown);
}

async function first(messages: AsyncIterable<Message>): Promise<Message> {
  for await (const message of messages) return message;
  return assert.fail("expected a message");
}

function handlerOf({ methodKind, input, output }: DescMethod): unknown {
  if (methodKind === "unary") {
    return (request: Message) => {
      assertUnknown(input, request);
      return relayed(output);
    };
  }
  assert.equal(methodKind, "server_streaming");
  return async function* (request: Message) {
    assertUnknown(input, request);
    yield relayed(output);
  };
}

async function call(transport: Transport, method: DescMethod): Promise<Message> {
  const request = relayed(method.input) as MessageInitShape<DescMessage>;
  if (method.methodKind === "unary") {
    return (await transport.unary(method as DescMethodUnary, undefined, undefined, undefined, request))
      .message;
  }
  assert.equal(method.methodKind, "server_streaming");
  const requests = (async function* () {
    yield request;
  })();
  return first(
    (await transport.stream(method as DescMethodStreaming, undefined, undefined, undefined, requests))
      .message,
  );
}

suite("unknown fields survive both directions of", () => {
  for (const service of services) {
    for (const method of service.methods) {
      test(`unknown fields survive both directions of ${service.typeName}.${method.name}`, async (t) => {
        const implementation = { [method.localName]: handlerOf(method) };
        const options = { ...wideLimits, address: await freshAddress(t) };
        const server = await grpcTransport.listen({ ...options, services: [{ service, implementation }] });
        atEnd(t, () => server.close({ graceMs: 0 }));
        const connection = await grpcTransport.dial(options);
        atEnd(t, () => connection.close());

        assertUnknown(method.output, await call(connection.transport, method));
      });
    }
  }
});

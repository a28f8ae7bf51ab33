import { create, type DescMessage, type DescMethod } from "@bufbuild/protobuf";
import { Code, type HandlerContext } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";
import type { ImplementedService } from "../socket-transport.ts";
import type { Fields } from "./encode/value-encoder.ts";

/** A handler of a method that answers with one message. */
type SingleHandler = (input: unknown, context: HandlerContext) => unknown;

/** A handler of a method that answers with a stream. */
type StreamHandler = (input: unknown, context: HandlerContext) => AsyncIterable<unknown>;

/** One method, as it is served. `input` is a message, or an async iterable of messages. */
export type Handler =
  | { readonly method: DescMethod; readonly answersOnce: true; readonly call: SingleHandler }
  | { readonly method: DescMethod; readonly answersOnce: false; readonly call: StreamHandler };

/** The handlers by path: `/package.Service/Method` (PROTOCOL-HTTP2, "Path"). */
export function routesOf(services: readonly ImplementedService[]): ReadonlyMap<string, Handler> {
  const routes = new Map<string, Handler>();
  for (const { service, implementation } of services) {
    for (const method of service.methods) {
      const call = implementation[method.localName];
      routes.set(`/${service.typeName}/${method.name}`, handlerOf(method, call, implementation));
    }
  }
  return routes;
}

/** The message of an initializer. */
export function toMessage(desc: DescMessage, init: unknown): unknown {
  return isObject(init) ? create(desc, init) : create(desc);
}

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function handlerOf(method: DescMethod, implementation: unknown, self: unknown): Handler {
  const call = typeof implementation === "function" ? implementation.bind(self) : notImplemented(method);
  const answersOnce = method.methodKind === "unary" || method.methodKind === "client_streaming";
  return { method, answersOnce, call };
}

function notImplemented(method: DescMethod): () => never {
  return () => {
    const name = `${method.parent.typeName}.${method.name}`;
    throw rpcError(`${name} is not implemented`, Code.Unimplemented);
  };
}

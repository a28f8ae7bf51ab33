export type { DescMethod, DescService } from "@bufbuild/protobuf";
export type { CallOptions, Client, Interceptor } from "@connectrpc/connect";
export { createInMemoryPlugin, type InMemoryOptions } from "./create-in-memory-plugin.ts";

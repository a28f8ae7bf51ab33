export type { DescMethod, DescService } from "@bufbuild/protobuf";
export type { CallOptions, Client, Interceptor } from "@connectrpc/connect";
export type { LogLevel, LogRecord } from "../go-plugin/log/log-record.ts";
export type { LogTo } from "../plugin/answers/report-defects.ts";
export { createInMemoryPlugin, type InMemoryOptions } from "./create-in-memory-plugin.ts";

import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type CallResourceRequestSchema,
  type CheckHealthRequestSchema,
  DataFrameFormat,
  type QueryDataRequestSchema,
  type RunStreamRequestSchema,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { type PluginContextInput, pluginContext } from "./plugin-context.ts";

/** What all requests have. */
export interface RequestInput {
  /** The host's words about the call, for {@link pluginContext}. */
  readonly context?: PluginContextInput | undefined;
}

/** A query as the frontend sends it: these members, and those of the plugin's own model beside them. */
export interface TestQuery {
  /** Default `A`, `B` and so on. */
  readonly refId?: string | undefined;
  readonly queryType?: string | undefined;
  /** Default 1000. */
  readonly intervalMs?: number | undefined;
  /** Default 100. */
  readonly maxDataPoints?: number | undefined;
  readonly [member: string]: unknown;
}

/** Options of {@link queryDataRequest}. */
export interface QueryDataInput extends RequestInput {
  /** Default: the first hour of 2026. */
  readonly timeRange?: { readonly from: Date; readonly to: Date } | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The encoding of frames that the host asks for. Default `arrow`. */
  readonly format?: "arrow" | "json" | undefined;
  /** As an alert rule asks: with the header `FromAlert`, and without a user. Default false. */
  readonly isFromAlert?: boolean | undefined;
}

const firstHour = { from: new Date("2026-01-01T00:00:00Z"), to: new Date("2026-01-01T01:00:00Z") };

/** Makes a request of `queryData`, or of `queryChunkedData`, which has the same members. */
export function queryDataRequest(
  queries: readonly TestQuery[],
  input: QueryDataInput = {},
): MessageInitShape<typeof QueryDataRequestSchema> & { readonly format: DataFrameFormat } {
  const { timeRange = firstHour, headers, format = "arrow", isFromAlert = false, context } = input;
  const range = {
    fromEpochMS: BigInt(timeRange.from.getTime()),
    toEpochMS: BigInt(timeRange.to.getTime()),
  };
  return {
    pluginContext: pluginContext(isFromAlert ? { user: false, ...context } : context),
    headers: { ...(isFromAlert ? { FromAlert: "true" } : {}), ...headers },
    format: format === "json" ? DataFrameFormat.JSON : DataFrameFormat.ARROW,
    queries: queries.map((query, index) => {
      const {
        refId = String.fromCharCode(65 + (index % 26)),
        queryType = "",
        intervalMs = 1000,
        maxDataPoints = 100,
      } = query;
      const model = { ...query, refId, intervalMs, maxDataPoints };
      return {
        refId,
        queryType,
        intervalMS: BigInt(intervalMs),
        maxDataPoints: BigInt(maxDataPoints),
        timeRange: range,
        json: encode(model),
      };
    }),
  };
}

/** Options of {@link callResourceRequest}. */
export interface CallResourceInput extends RequestInput {
  /** Default `GET`, or `POST` with a body. */
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** A text, bytes, or any other value as JSON, with its `Content-Type`. */
  readonly body?: unknown;
}

/** Makes a request of `callResource`. @param url path and query below the plugin's resources, such as `tables?schema=a` */
export function callResourceRequest(
  url: string,
  input: CallResourceInput = {},
): MessageInitShape<typeof CallResourceRequestSchema> {
  const { body, context, headers = {} } = input;
  const isJson = body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array);
  const all = { ...(isJson ? { "Content-Type": "application/json" } : {}), ...headers };
  return {
    pluginContext: pluginContext(context),
    path: url.replace(/[?#].*$/s, ""),
    method: input.method ?? (body === undefined ? "GET" : "POST"),
    url,
    headers: Object.fromEntries(
      Object.entries(all).map(([name, value]) => [
        name,
        { values: typeof value === "string" ? [value] : [...value] },
      ]),
    ),
    body: toBytes(body),
  };
}

/** Makes a request of `checkHealth`, or of `collectMetrics`, which has the same context. */
export function checkHealthRequest(
  input: RequestInput & { readonly headers?: Readonly<Record<string, string>> | undefined } = {},
): MessageInitShape<typeof CheckHealthRequestSchema> {
  return { pluginContext: pluginContext(input.context), headers: { ...input.headers } };
}

/**
 * Makes a request of `subscribeStream`, `runStream` or `publishStream`, which have the same members.
 *
 * @param path of the channel, below the plugin's part of it
 */
export function streamRequest(
  path: string,
  input: RequestInput & {
    readonly headers?: Readonly<Record<string, string>> | undefined;
    /** As the body of {@link callResourceRequest}. */
    readonly data?: unknown;
  } = {},
): MessageInitShape<typeof RunStreamRequestSchema> {
  const { context, data, headers } = input;
  return { pluginContext: pluginContext(context), path, data: toBytes(data), headers: { ...headers } };
}

function toBytes(body: unknown): Uint8Array<ArrayBuffer> {
  if (body === undefined) return new Uint8Array(0);
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return typeof body === "string" ? new TextEncoder().encode(body) : encode(body);
}

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

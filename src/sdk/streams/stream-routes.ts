import { PluginError } from "../../errors.ts";
import { functionOption, objectOption } from "../../option-checks.ts";
import type { HandlerCall } from "../call/handler-call.ts";
import type { StandardSchema } from "../schema/standard-schema.ts";
import type { PathParams } from "./path-routes.ts";

/** What a handler of a stream receives. */
export interface StreamInput<Pattern extends string = string, Data = unknown> {
  /** The path of the channel, without scope and namespace. */
  readonly path: string;
  /** The parts of the path that the pattern names. */
  readonly params: PathParams<Pattern>;
  /** What the frontend sent with its subscription, or published; `undefined` if nothing. */
  readonly data: Data;
}

/** The answer of `subscribe`. Nothing: the user may subscribe. */
export interface SubscribeAnswer {
  /** Default `ok`. */
  readonly status?: "notFound" | "ok" | "permissionDenied" | undefined;
  /**
   * What the subscriber receives first: a frame, or any JSON value. Default: the schema of the frames that the stream
   * sends already, so that a late subscriber can read the ones that follow.
   */
  readonly initial?: unknown;
}

/** The answer of `publish`. Nothing: the host publishes nothing and reports success. */
export interface PublishAnswer {
  /** Default `ok`. */
  readonly status?: "notFound" | "ok" | "permissionDenied" | undefined;
  /** What the host publishes to all subscribers: a frame, or any JSON value. */
  readonly data?: unknown;
}

/** How the streams of a path are served. */
export interface StreamRoute<
  Pattern extends string = string,
  Data = unknown,
  Instance = undefined,
  Settings = undefined,
> {
  /** The schema of what the frontend sends with its subscription. Default: any JSON value, typed as `unknown`. */
  readonly data?: StandardSchema<unknown, Data> | undefined;
  /** Decides who may subscribe. Default: everybody whom the host lets. */
  readonly subscribe?:
    | ((
        input: StreamInput<Pattern, Data>,
        call: HandlerCall<Instance, Settings>,
      ) => Awaitable<SubscribeAnswer | undefined>)
    | undefined;
  /**
   * Gives what is sent: frames, other JSON values, or bytes that are JSON. The host runs one for all subscribers of a
   * channel, and cancels it when the last one has left. If it ends, the stream ends for good; if it throws, the host
   * runs it again. Default: nothing is sent but what users publish.
   */
  readonly run?:
    | ((
        input: StreamInput<Pattern, Data>,
        call: HandlerCall<Instance, Settings>,
      ) => Awaitable<AsyncIterable<unknown> | Iterable<unknown>>)
    | undefined;
  /** Takes what a user publishes. Default: nobody may publish. */
  readonly publish?:
    | ((
        input: StreamInput<Pattern, unknown>,
        call: HandlerCall<Instance, Settings>,
      ) => Awaitable<PublishAnswer | undefined>)
    | undefined;
  /**
   * `once`, the default: the schema of frames is sent with the first one, and again when it changes. `always`: with each
   * frame, for hosts and frontends that may miss one.
   */
  readonly schema?: "always" | "once" | undefined;
}

type Awaitable<T> = T | Promise<T>;

/** Routes by the pattern of their paths, such as `prices/:symbol` or `logs/*`. */
export type StreamRoutes<Datas, Instance, Settings> = {
  readonly [Pattern in keyof Datas]: StreamRoute<Pattern & string, Datas[Pattern], Instance, Settings>;
};

/** @throws PluginError `invalid_option` */
export function checkStreamRoute(pattern: string, route: StreamRoute<string, unknown, never, never>): void {
  const name = `streams[${JSON.stringify(pattern)}]`;
  objectOption(name, route, "an object such as { run }");
  for (const key of ["subscribe", "run", "publish"] as const) {
    if (route[key] !== undefined) functionOption(`${name}.${key}`, route[key]);
  }
  if (route.run === undefined && route.publish === undefined) {
    throw new PluginError("invalid_option", `${name} must have run or publish`);
  }
}

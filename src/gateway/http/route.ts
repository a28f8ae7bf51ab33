import type { RequestTrace } from "../observe/request-trace.ts";
import type { Answer, HttpCall } from "./http-call.ts";

/** A request that a route handles. */
export interface RouteCall extends HttpCall {
  /** The parts of the path that the pattern names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The part of the path below `*`, as sent; empty for a pattern without. */
  readonly rest: string;
  readonly trace: RequestTrace;
}

/** What answers the requests to a path. */
export interface Route {
  /** In upper case; `*` for every method. */
  readonly method: string;
  /** Such as `/api/datasources/uid/:uid/resources/*`: `:name` is one part of the path, `*` the rest, also an empty one. */
  readonly pattern: string;
  /** @throws HttpFailure, which becomes the answer. */
  readonly handle: (call: RouteCall) => Answer | Promise<Answer>;
  /** Answered without a token. */
  readonly isPublic?: boolean;
  /** The token may also be `?auth_token=`. */
  readonly hasQueryToken?: boolean;
}

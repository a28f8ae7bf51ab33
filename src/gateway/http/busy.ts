import { HttpFailure } from "./http-failure.ts";

/** The failure of a request that may succeed a moment later: 503 with `Retry-After`. */
export function busy(why: string): HttpFailure {
  return new HttpFailure(503, `${why}: try again`, { headers: { "Retry-After": "1" } });
}

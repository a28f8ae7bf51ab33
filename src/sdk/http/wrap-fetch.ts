/** A function with the signature of the global `fetch`. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Makes a wrapper out of a `fetch`: `call` in its place, with its other members, such as `close`.
 */
export function wrapFetch<F extends Fetch>(fetch: F, call: Fetch): F {
  const members = Object.getOwnPropertyDescriptors(fetch);
  for (const own of ["length", "name", "prototype", "arguments", "caller"]) {
    Reflect.deleteProperty(members, own);
  }
  // The members and the call together are what F says.
  return Object.defineProperties(call, members) as unknown as F;
}

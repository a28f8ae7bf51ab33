import type { RequestContext } from "./request-context.ts";

/** The headers of a message: one text each, or the values of a resource call. */
export type MessageHeaders = Readonly<Record<string, string | { readonly values: readonly string[] }>>;

type ReadHeaders = RequestContext["headers"];

/**
 * The HTTP headers of a call. Reads the map of the message instead of making a `Headers`, which costs more than a small
 * call and loads all of `fetch` the first time. Printing it does not show values, which may be secrets.
 *
 * A class because there is one for each call that reads headers.
 */
export class CallHeaders implements ReadHeaders {
  readonly #values: ReadonlyMap<string, string>;

  constructor(headers: MessageHeaders) {
    this.#values = toValues(headers);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  keys(): ReturnType<ReadHeaders["keys"]> {
    return sorted(this.#values)
      .map(([name]) => name)
      .values() as ReturnType<ReadHeaders["keys"]>;
  }

  entries(): ReturnType<ReadHeaders["entries"]> {
    return sorted(this.#values).values() as ReturnType<ReadHeaders["entries"]>;
  }

  forEach(callback: (value: string, name: string, parent: never) => void): void {
    for (const [name, value] of sorted(this.#values)) callback(value, name, this as never);
  }
}

/** In the message of a query, a health check or a stream, HTTP headers have this prefix, in this case. */
const prefix = "http_";

/** By their name in lower case. A header with the prefix wins over one without it. */
function toValues(headers: MessageHeaders): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (typeof value !== "string") append(values, name.toLowerCase(), value.values);
    else if (name.startsWith(prefix)) values.set(name.slice(prefix.length).toLowerCase(), value);
    else if (!values.has(name.toLowerCase())) values.set(name.toLowerCase(), value);
  }
  return values;
}

/** Two names of a map may differ in case only. */
function append(values: Map<string, string>, name: string, more: readonly string[]): void {
  const before = values.get(name);
  const all = before === undefined ? more : [before, ...more];
  // As in `Headers`.
  if (all.length > 0) values.set(name, all.join(name === "cookie" ? "; " : ", "));
}

/** In the order of `Headers`. */
function sorted(values: ReadonlyMap<string, string>): [string, string][] {
  return [...values].sort(([one], [other]) => (one < other ? -1 : 1));
}

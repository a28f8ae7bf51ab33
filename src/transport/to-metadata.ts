import { Code } from "@connectrpc/connect";
import { rpcError } from "../rpc-error.ts";
import { attempt } from "./thrown.ts";

/** Names in lower case with their values, as `Headers` has them. */
export type Metadata = Headers | Map<string, string>;

/**
 * Converts the headers of a caller to metadata. An object with ordinary texts becomes a map: `Headers` would take three
 * times as long, and the first of a process loads all of fetch.
 *
 * @throws ConnectError INVALID_ARGUMENT for headers that `Headers` rejects, such as an illegal name or a line feed in a
 *   value. It names the header, but not its value, which may be a secret.
 */
export function toMetadata(header: HeadersInit | null | undefined): Metadata | undefined {
  if (header === undefined || header === null) return undefined;
  const map = attempt(() => mapOf(header));
  if (map !== undefined) return map;
  const headers = attempt(() => (header instanceof Headers ? header : new Headers(header)));
  if (headers !== undefined) return headers;
  const name = attempt(() => refusedName(header));
  const what = name === undefined ? "the headers" : `the header ${JSON.stringify(name)}`;
  return refuseCall(`${what} cannot be sent: expected legal names, and values of printable ASCII`);
}

/** The same metadata as `Headers`, for interceptors. */
export function headersOf(metadata: Metadata | undefined): Headers | undefined {
  return metadata instanceof Map ? new Headers([...metadata]) : metadata;
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const text = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;

/** The metadata of a plain object that needs no change but lower case; `undefined` for others, such as lists of pairs. */
function mapOf(header: HeadersInit): Metadata | undefined {
  if (Object.getPrototypeOf(header) !== Object.prototype) return undefined;
  const metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(header)) {
    if (typeof value !== "string" || !text.test(value) || !token.test(name)) return undefined;
    const key = name.toLowerCase();
    // `Headers` joins the values of one name.
    if (metadata.has(key)) return undefined;
    metadata.set(key, value);
  }
  return metadata;
}

/**
 * Fails a call before it is sent, as Go's client does for metadata that a peer would refuse.
 *
 * @throws ConnectError INVALID_ARGUMENT
 */
export function refuseCall(problem: string): never {
  throw rpcError(`the call was not sent: ${problem}`, Code.InvalidArgument);
}

/** The limits of a request. Above them the server would end the call, or all calls of the connection. */
export function requestLimits(maxBytes: number): {
  readonly maxBytes: number;
  readonly onUnsendable: (problem: string) => never;
} {
  return {
    maxBytes,
    onUnsendable: (problem) => {
      throw rpcError(`the call was not sent: ${problem}`, Code.ResourceExhausted);
    },
  };
}

function refusedName(header: HeadersInit): string | undefined {
  const entries: readonly (readonly string[])[] = Array.isArray(header) ? header : Object.entries(header);
  const refused = entries.find(
    ([name = "", value = ""]) => attempt(() => new Headers({ [name]: value })) === undefined,
  );
  return refused?.[0]?.slice(0, 100);
}

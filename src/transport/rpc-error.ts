import { Code, ConnectError } from "@connectrpc/connect";

/** Parts of an error in addition to its text and code. */
export interface RpcErrorOptions {
  readonly cause?: unknown;
  readonly details?: ConnectError["details"] | undefined;
  readonly metadata?: Headers | undefined;
}

/**
 * Makes a `ConnectError` whose `metadata` is made when it is read for the first time. The constructor makes a `Headers`
 * for each error, and the first `Headers` of a process loads all of fetch: 20 to 50 ms, at the end of every plugin.
 *
 * The result behaves as a `ConnectError` for `instanceof`, `ConnectError.from` and all other uses.
 */
export function rpcError(message: string, code: Code, options: RpcErrorOptions = {}): ConnectError {
  const { cause, details = [], metadata } = options;
  const text = `[${codeName(code)}]${message === "" ? "" : ` ${message}`}`;
  // Runs Error's constructor alone, with the prototype of ConnectError.
  const error: Error = Reflect.construct(Error, [text], ConnectError);
  Object.assign(error, { name: "ConnectError", isWireError: false, rawMessage: message, code });
  Object.defineProperty(
    error,
    "metadata",
    metadata === undefined ? lazyMetadata : { ...kept, value: metadata },
  );
  // Leaves out this function's own frame.
  Error.captureStackTrace(error, rpcError);
  return Object.assign(error, { details, cause }) as ConnectError;
}

const kept = { configurable: true, enumerable: true, writable: true };

const lazyMetadata: PropertyDescriptor = {
  configurable: true,
  enumerable: true,
  get() {
    const metadata = new Headers();
    Object.defineProperty(this, "metadata", { ...kept, value: metadata });
    return metadata;
  },
  set(value: unknown) {
    Object.defineProperty(this, "metadata", { ...kept, value });
  },
};

/** The name of a code in texts, such as `invalid_argument`. */
function codeName(code: Code): string {
  const name = Code[code] ?? String(code);
  return name.replace(/[A-Z]/g, (letter, index) => `${index === 0 ? "" : "_"}${letter.toLowerCase()}`);
}

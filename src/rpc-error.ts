import { Code, ConnectError } from "@connectrpc/connect";

/** Parts of an error in addition to its text and code. */
interface RpcErrorOptions {
  readonly cause?: unknown;
  readonly details?: ConnectError["details"] | undefined;
  /** Or what makes it, which is called when it is read for the first time. */
  readonly metadata?: Headers | (() => Headers) | undefined;
}

/**
 * Makes a `ConnectError` whose `metadata` is made when it is read for the first time. The constructor makes a `Headers`
 * for each error, and the first `Headers` of a process loads all of fetch: 20 to 50 ms, at the end of every plugin.
 *
 * The result is a `ConnectError` for `instanceof`, `ConnectError.from` and everything else.
 */
export function rpcError(message: string, code: Code, options: RpcErrorOptions = {}): ConnectError {
  const { cause, details = [], metadata } = options;
  const name = codeNames[code] ?? code;
  const text = message === "" ? `[${name}]` : `[${name}] ${message}`;
  // Runs Error's constructor alone. The stack begins with the caller: V8 leaves out the frames up to that of new.target.
  const error = Reflect.construct(Error, [text], rpcError) as Writable<ConnectError>;
  error.name = "ConnectError";
  error.isWireError = false;
  error.rawMessage = message;
  error.code = code;
  Object.defineProperty(error, "metadata", metadataProperty(metadata));
  error.details = details;
  error.cause = cause;
  return error;
}

// For new.target above.
Object.assign(rpcError, { prototype: ConnectError.prototype });

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** As `ConnectError.from`: a `ConnectError` as it is, anything else as the cause of one. Throws where reading it throws. */
export function rpcErrorFrom(reason: unknown, code: Code = Code.Unknown): ConnectError {
  if (reason instanceof ConnectError) return reason;
  if (!(reason instanceof Error)) return rpcError(String(reason), code, { cause: reason });
  // What an AbortSignal of the platform has as its reason.
  return reason.name === "AbortError" || reason.name === "TimeoutError"
    ? rpcError(reason.message, Code.Canceled)
    : rpcError(reason.message, code, { cause: reason });
}

/** Whether an error has no metadata for sure. Unlike reading them it makes none. */
export function hasNoMetadata(error: ConnectError): boolean {
  return Object.getOwnPropertyDescriptor(error, "metadata")?.get === noMetadata.get;
}

function metadataProperty(metadata: RpcErrorOptions["metadata"]): PropertyDescriptor {
  if (metadata === undefined) return noMetadata;
  return typeof metadata === "function" ? madeWhenRead(metadata) : { ...kept, value: metadata };
}

const kept = { configurable: true, enumerable: true, writable: true };

function madeWhenRead(make: () => Headers): PropertyDescriptor {
  return {
    configurable: true,
    enumerable: true,
    get() {
      const value = make();
      // Not possible where the error is frozen: its metadata are made each time.
      Reflect.defineProperty(this, "metadata", { ...kept, value });
      return value;
    },
    set(value: unknown) {
      Object.defineProperty(this, "metadata", { ...kept, value });
    },
  };
}

const noMetadata = madeWhenRead(() => new Headers());

/** The names of codes in texts. */
const codeNames: Readonly<Record<Code, string>> = {
  [Code.Canceled]: "canceled",
  [Code.Unknown]: "unknown",
  [Code.InvalidArgument]: "invalid_argument",
  [Code.DeadlineExceeded]: "deadline_exceeded",
  [Code.NotFound]: "not_found",
  [Code.AlreadyExists]: "already_exists",
  [Code.PermissionDenied]: "permission_denied",
  [Code.ResourceExhausted]: "resource_exhausted",
  [Code.FailedPrecondition]: "failed_precondition",
  [Code.Aborted]: "aborted",
  [Code.OutOfRange]: "out_of_range",
  [Code.Unimplemented]: "unimplemented",
  [Code.Internal]: "internal",
  [Code.Unavailable]: "unavailable",
  [Code.DataLoss]: "data_loss",
  [Code.Unauthenticated]: "unauthenticated",
};

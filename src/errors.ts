/** The codes that this version knows. */
type KnownPluginErrorCode =
  | "aborted"
  | "already_serving"
  | "attach_gone"
  | "checksum_mismatch"
  | "closed"
  | "core_version_mismatch"
  | "dial_failed"
  | "executable_not_found"
  | "executable_not_permitted"
  | "executable_wrong_platform"
  | "exited"
  | "handshake_invalid"
  | "hung"
  | "invalid_option"
  | "listen_failed"
  | "major_changed"
  | "network_unsupported"
  | "not_launched_by_host"
  | "peer_broken"
  | "peer_missing"
  | "plugin_json_invalid"
  | "plugin_json_not_found"
  | "protocol_version_mismatch"
  | "provisioning_invalid"
  | "provisioning_not_found"
  | "reloaded"
  | "restart_limit"
  | "rpc_protocol_unsupported"
  | "spawn_failed"
  | "start_timeout"
  | "tls_failed"
  | "tls_unsupported"
  | "unsupported_runtime"
  | "untrusted_socket";

/**
 * What went wrong, as a stable `snake_case` string.
 *
 * The type is open on purpose: a later version may add a code without breaking a `switch`
 * that was exhaustive before, so keep a `default` branch.
 */
export type PluginErrorCode = KnownPluginErrorCode | (string & { readonly [openEnd]?: never });
declare const openEnd: unique symbol;

/** Details of the plugin's process at the time of an error. */
export interface PluginErrorDetails {
  /** Process id of the plugin, once it was started. */
  readonly pid?: number | undefined;
  /** Exit code, once the process ended by itself; `null` when a signal ended it. */
  readonly exitCode?: number | null | undefined;
  /** Name of the signal that ended the process, such as `SIGKILL`; `null` when it ended by itself. */
  readonly signal?: string | null | undefined;
  /** The last lines of the plugin's stderr, oldest first and made printable; empty when it wrote none. */
  readonly stderrTail?: readonly string[] | undefined;
  /** The error below this one. */
  readonly cause?: unknown;
}

const brand: unique symbol = Symbol.for("grafana-plugin-protocol.PluginError");

/**
 * Characters that control a terminal, or that make a text look like another one: controls of ASCII and Latin-1, line
 * and paragraph separators, marks of direction, and halves of a surrogate pair.
 */
const notPrintable = /[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029\ufeff]/gu;

/** Longest message in characters; a cut one ends with `…`. */
const maxMessageChars = 8 << 10;

/**
 * Makes a text safe for a terminal or a log file: every character that is not printable becomes `\uXXXX`. Texts from a
 * plugin or a peer may contain any characters, such as escape sequences of a terminal. Messages of `PluginError` are
 * already printable; log records hold what the plugin logged, unchanged.
 */
export function printableText(text: string): string {
  return text.replace(
    notPrintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * The message of anything that can be thrown: that of an error, of any realm, else what `String` makes of the value.
 * Never throws: a getter, a proxy or a `toString` may.
 */
export function messageOf(reason: unknown): string {
  try {
    const hasMessage =
      typeof reason === "object" &&
      reason !== null &&
      "message" in reason &&
      (typeof reason.message === "string" || isError(reason));
    return String(hasMessage ? reason.message : reason);
  } catch {
    return `a value of type ${typeof reason} that has no text`;
  }
}

/**
 * Whether a value is an error, also one of another realm (Jest, `node:vm`), which is not an `instanceof Error`. Never
 * throws: a proxy may.
 */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
  } catch {
    return false;
  }
}

/** The `code` of an error of the system, such as `ENOENT`. */
export function errorCode(reason: unknown): string | undefined {
  return isError(reason) && "code" in reason && typeof reason.code === "string" ? reason.code : undefined;
}

/** Cuts an error's message and makes it printable. For the errors of this package. */
export function errorText(message: string): string {
  const kept = message.length > maxMessageChars ? `${message.slice(0, maxMessageChars)}…` : message;
  return printableText(kept);
}

/**
 * Changes the texts of an error and its causes where they are not printable: messages of the system or of a parser quote
 * what they were given. Lines of a stack stay lines. Never throws.
 */
function makePrintable(error: unknown): void {
  const seen = new Set<unknown>();
  try {
    for (let each = error; each instanceof Error && !seen.has(each); each = each.cause) {
      seen.add(each);
      for (const name of Object.getOwnPropertyNames(each)) {
        // A getter may be costly, as that of a ConnectError's metadata; that of `stack` is the engine's.
        const text: unknown =
          name === "stack" ? each.stack : Object.getOwnPropertyDescriptor(each, name)?.value;
        if (typeof text === "string") Reflect.set(each, name, text.split("\n").map(printableText).join("\n"));
      }
    }
  } catch {
    // An error whose properties cannot be read does not come from this package or the system.
  }
}

/**
 * The error for all failures except those of one RPC: options, start, handshake, process life. Failures of an RPC are
 * Connect's `ConnectError`; if the plugin's process is the reason of such a failure, the `ConnectError` carries a
 * `PluginError` as its `cause`.
 *
 * Its texts and those of its causes are printable, even where they quote the plugin, and the message has at most 8192
 * characters. They do not contain the plugin's arguments or environment.
 *
 * `instanceof` also holds between two installed copies of this package.
 */
export class PluginError extends Error {
  override readonly name: string = "PluginError";
  readonly code: PluginErrorCode;
  readonly pid: number | undefined;
  readonly exitCode: number | null | undefined;
  readonly signal: string | null | undefined;
  readonly stderrTail: readonly string[];

  constructor(code: PluginErrorCode, message: string, details: PluginErrorDetails = {}) {
    super(errorText(message), details.cause === undefined ? undefined : { cause: details.cause });
    // Whoever prints an error prints its causes. The reason that the caller gave a signal is the caller's.
    if (code !== "aborted") makePrintable(details.cause);
    this.code = code;
    this.pid = details.pid;
    this.exitCode = details.exitCode;
    this.signal = details.signal;
    this.stderrTail = (details.stderrTail ?? []).map(printableText);
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, brand);
  }
}

/** Whether a value is an error of a class that marks its errors so, from any installed copy of this package. */
export function hasBrand(value: unknown, brand: symbol): boolean {
  try {
    return typeof value === "object" && value !== null && brand in value;
  } catch {
    // A proxy that throws for the check.
    return false;
  }
}

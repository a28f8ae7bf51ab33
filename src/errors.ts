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
  | "protocol_version_mismatch"
  | "reloaded"
  | "restart_limit"
  | "rpc_protocol_unsupported"
  | "spawn_failed"
  | "start_timeout"
  | "tls_failed"
  | "tls_unsupported"
  | "untrusted_socket";

/**
 * What went wrong, as a stable `snake_case` string.
 *
 * The type is open on purpose: a later version may add a code without breaking a `switch`
 * that was exhaustive before, so keep a `default` branch.
 */
export type PluginErrorCode = KnownPluginErrorCode | (string & { readonly [openEnd]?: never });
declare const openEnd: unique symbol;

/** What is known of the plugin's process when an error is raised. */
export interface PluginErrorDetails {
  /** Process id of the plugin, once it was started. */
  readonly pid?: number | undefined;
  /** Exit code, once the process ended by itself; `null` when a signal ended it. */
  readonly exitCode?: number | null | undefined;
  /** Name of the signal that ended the process, such as `SIGKILL`; `null` when it ended by itself. */
  readonly signal?: string | null | undefined;
  /** The last lines of the plugin's stderr, oldest first; empty when it wrote none. */
  readonly stderrTail?: readonly string[] | undefined;
  /** The error below this one. */
  readonly cause?: unknown;
}

const brand: unique symbol = Symbol.for("grafana-plugin-protocol.PluginError");

/**
 * The error for everything that is not the failure of one RPC: options, start, handshake,
 * process life. Failures of an RPC are Connect's `ConnectError`; when the reason of such a
 * failure is the plugin's process, the `ConnectError` carries a `PluginError` as its `cause`.
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
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.pid = details.pid;
    this.exitCode = details.exitCode;
    this.signal = details.signal;
    this.stderrTail = details.stderrTail ?? [];
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }
}

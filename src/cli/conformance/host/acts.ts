/** What the watching plugin plays in one start of the host. */
export type Act =
  /** A plugin that does everything right. */
  | "watch"
  /** It prints a megabyte to stdout and to stderr. */
  | "noisy"
  /** It exits in its first call of the contract. */
  | "crash"
  /** It prints something else before the handshake line. */
  | "garbage"
  /** It chooses a major that no host has. */
  | "foreign"
  /** It has none of go-plugin's services, listens on TCP, and prints five fields. */
  | "bare"
  /** It neither ends at Shutdown nor at SIGTERM. */
  | "deaf"
  /** It answers no call of a contract, so that its host can be killed in one. */
  | "orphan";

/** What the plugin saw, one line of JSON each. `at` is in milliseconds since 1970. */
export type WatchEvent =
  | {
      readonly kind: "start";
      readonly at: number;
      readonly pid: number;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly kind: "connection"; readonly at: number; readonly pid: number }
  | {
      readonly kind: "call";
      readonly at: number;
      readonly pid: number;
      /** `/pluginv2.Data/QueryData`. */
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "request";
      readonly at: number;
      readonly pid: number;
      readonly path: string;
      readonly bytes: number;
      /** What a Go plugin would miss in the message: `pluginContext`. */
      readonly missing: readonly string[];
    }
  | { readonly kind: "drained" | "exit"; readonly at: number; readonly pid: number }
  | { readonly kind: "signal"; readonly at: number; readonly pid: number; readonly signal: string };

/** The services that are go-plugin's own, not of a contract of Grafana. */
export function isOwnService(path: string): boolean {
  return /^\/(plugin\.GRPC|grpc\.)/.test(path);
}

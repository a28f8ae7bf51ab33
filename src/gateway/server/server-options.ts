import { isIP } from "node:net";
import type { SecureContextOptions } from "node:tls";
import {
  booleanOption,
  invalidOption,
  millisecondsOption,
  objectOption,
  systemTextOption,
} from "../../option-checks.ts";
import { maxInt32, wholeNumberOption } from "../../whole-number-option.ts";
import type { GatewayOptions } from "../gateway-options.ts";

/** Options of `serveGateway`: those of the gateway, and those of its server. */
export interface GatewayServerOptions extends GatewayOptions {
  /** The address to listen on. Another one than loopback needs `tokens`. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Default 3000, as Grafana; 0 takes a free one. */
  readonly port?: number | undefined;
  /** Serves HTTPS: key and certificate as PEM. Default HTTP. */
  readonly tls?: Pick<SecureContextOptions, "cert" | "key" | "passphrase"> | undefined;
  /** Listens on another address than loopback without a token: everybody who reaches it may query. Default `false`. */
  readonly isOpen?: boolean | undefined;
  readonly connections?: GatewayConnectionLimits | undefined;
}

/** Bounds on connections. */
export interface GatewayConnectionLimits {
  /** Connections at the same time; further ones are closed at once. Default 2000. */
  readonly maxConnections?: number | undefined;
  /** Bytes of the headers of a request. Default 16 KiB, as Node. */
  readonly maxHeaderBytes?: number | undefined;
  /** Milliseconds for the headers of a request. Default 30000. */
  readonly headersTimeoutMs?: number | undefined;
  /** Milliseconds for a whole request. Default 120000. */
  readonly requestTimeoutMs?: number | undefined;
  /** Milliseconds that a connection without request stays open. Default 30000. */
  readonly keepAliveMs?: number | undefined;
  /** Milliseconds that a client may take nothing of an answer. Default 30000. */
  readonly stallMs?: number | undefined;
}

/** The server's options with every default filled in. */
export interface ResolvedServerOptions
  extends Required<{ readonly [K in keyof GatewayConnectionLimits]: number }> {
  readonly host: string;
  readonly port: number;
  readonly tls: GatewayServerOptions["tls"];
}

/** @throws PluginError `invalid_option`. */
export function resolveServerOptions(options: GatewayServerOptions): ResolvedServerOptions {
  const host = systemTextOption("host", options.host ?? "127.0.0.1");
  const port = wholeNumberOption("port", options.port ?? 3000, 0);
  if (port > 65_535) throw invalidOption("port", "a whole number from 0 to 65535", port);
  const connections = objectOption("connections", options.connections ?? {}, "an object");
  const isOpen = booleanOption("isOpen", options.isOpen ?? false);
  if (!isLoopback(host) && !isOpen && (options.tokens ?? []).length === 0) {
    throw invalidOption("tokens", `a list with a token to listen on ${host} (or set isOpen)`, options.tokens);
  }
  const ms = (
    name: "headersTimeoutMs" | "keepAliveMs" | "requestTimeoutMs" | "stallMs",
    byDefault: number,
  ): number =>
    // Node's own timers take no longer delay.
    Math.min(millisecondsOption(`connections.${name}`, connections[name] ?? byDefault), maxInt32);
  const requestTimeoutMs = ms("requestTimeoutMs", 120_000);
  return {
    host,
    port,
    tls:
      options.tls === undefined ? undefined : objectOption("tls", options.tls, "an object with key and cert"),
    maxConnections: wholeNumberOption("connections.maxConnections", connections.maxConnections ?? 2000),
    maxHeaderBytes: wholeNumberOption("connections.maxHeaderBytes", connections.maxHeaderBytes ?? 16 << 10),
    // Node refuses a longer time for the headers than for the request.
    headersTimeoutMs: Math.min(ms("headersTimeoutMs", 30_000), requestTimeoutMs),
    requestTimeoutMs,
    keepAliveMs: ms("keepAliveMs", 30_000),
    stallMs: ms("stallMs", 30_000),
  };
}

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

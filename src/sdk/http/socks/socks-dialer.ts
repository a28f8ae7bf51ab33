import type { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { PluginError } from "../../../errors.ts";
import type { SecureSocksProxy } from "../../../plugin/environment/secure-socks-proxy.ts";
import { startTimer, stopTimer } from "../../../timer.ts";
import { connectThroughSocks } from "./connect-through-socks.ts";
import { readSocksTlsFiles, type SecureSocksSettings } from "./secure-socks-settings.ts";

/** Opens a connection to a server; the caller destroys it. */
export type Dialer = (
  target: { readonly host: string; readonly port: number },
  options?: { readonly signal?: AbortSignal | undefined },
) => Promise<Socket>;

/**
 * Makes a function that connects to servers through the host's secure SOCKS proxy: SOCKS5 inside TLS 1.3 with a client
 * certificate, or without TLS if the host says `allow_insecure`. `createFetch` uses it; a driver of a database that
 * takes a socket can use it too. Files of certificates are read at the first connection.
 *
 * The function rejects with what the system or TLS reports, with an error that names the reply of the proxy, with
 * `ETIMEDOUT` after `timeoutMs`, and with the signal's reason.
 */
export function createSocksDialer(settings: SecureSocksSettings): Dialer {
  let tls: Promise<ConnectionOptions | undefined> | undefined;
  return async ({ host, port }, { signal } = {}) => {
    signal?.throwIfAborted();
    tls ??= tlsOptions(settings.proxy).catch((reason: unknown) => {
      // A file may be there at the next attempt.
      tls = undefined;
      throw reason;
    });
    const socket = openSocket(settings, await tls);
    const target = { host, port, user: settings.user, password: settings.password };
    return withinTime(socket, settings, signal, async () => {
      await connected(socket, "secureConnecting" in socket ? "secureConnect" : "connect");
      await connectThroughSocks(socket, target);
    });
  };
}

async function tlsOptions(proxy: SecureSocksProxy): Promise<ConnectionOptions | undefined> {
  if (proxy.allowInsecure) return undefined;
  const { createSecureContext } = process.getBuiltinModule("node:tls");
  const { ca, cert, key } = await readSocksTlsFiles(proxy);
  try {
    const secureContext = createSecureContext({ ca: [...ca], cert, key, minVersion: "TLSv1.3" });
    // Otherwise Node takes the host of the address.
    return proxy.serverName === undefined
      ? { secureContext }
      : { secureContext, servername: proxy.serverName };
  } catch (cause) {
    throw new PluginError(
      "invalid_option",
      "cannot use the certificates of the secure SOCKS proxy: expected PEM of root certificates, of a client certificate and of its key: check the host's section [secure_socks_datasource_proxy]",
      { cause },
    );
  }
}

function openSocket({ proxy, keepAliveMs }: SecureSocksSettings, tls: ConnectionOptions | undefined): Socket {
  const to = { ...addressOf(proxy), noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs };
  if (tls === undefined) return process.getBuiltinModule("node:net").connect(to);
  return process.getBuiltinModule("node:tls").connect({ ...to, ...tls });
}

/** `host:port`, an IPv6 address in brackets. */
function addressOf({ proxyAddress = "" }: SecureSocksProxy): { host: string; port: number } {
  const [, ipv6, name, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(proxyAddress) ?? [];
  const host = ipv6 ?? name;
  if (host === undefined || Number(port) > 65535) {
    throw new PluginError(
      "invalid_option",
      `the address of the secure SOCKS proxy must be host:port, got ${JSON.stringify(proxyAddress)}: set proxy_address in the host's section [secure_socks_datasource_proxy]`,
    );
  }
  return { host, port: Number(port) };
}

function connected(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => {
      socket.off("error", reject);
      resolve();
    });
    socket.once("error", reject);
  });
}

async function withinTime(
  socket: Socket,
  { timeoutMs, proxy }: SecureSocksSettings,
  signal: AbortSignal | undefined,
  connect: () => Promise<void>,
): Promise<Socket> {
  const stopped = Promise.withResolvers<never>();
  const timer = startTimer(timeoutMs > 0 ? timeoutMs : Number.POSITIVE_INFINITY, () => {
    const text = `no connection through the secure SOCKS proxy ${proxy.proxyAddress} within ${timeoutMs} ms: raise jsonData.timeout, or check that the proxy can be reached`;
    stopped.reject(Object.assign(new Error(text), { code: "ETIMEDOUT" }));
  });
  const abort = (): void => stopped.reject(signal?.reason);
  signal?.addEventListener("abort", abort);
  // Errors after the first one would end the process.
  const ignore = (): void => {};
  socket.on("error", ignore);
  try {
    await Promise.race([connect(), stopped.promise]);
    return socket;
  } catch (reason) {
    socket.destroy();
    throw reason;
  } finally {
    stopTimer(timer);
    signal?.removeEventListener("abort", abort);
    stopped.promise.catch(ignore);
    // A handed over socket has listeners of its user.
    if (!socket.destroyed) socket.off("error", ignore);
  }
}

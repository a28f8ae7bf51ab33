import { type ClientHttp2Session, connect } from "node:http2";
import { connect as connectSocket } from "node:net";
import type { ListenAddress } from "../process/read-line.ts";

/** Megabytes that Node may hold for one session: requests of the checks are larger than its default. */
const maxSessionMemory = 200;
const windowBytes = 2 ** 24;

/**
 * Opens an HTTP/2 connection without TLS. It is Node's own client, so that a check decides about every header and byte.
 *
 * @returns the session, or the error of the first attempt
 */
export function openSession(address: ListenAddress, withinMs: number): Promise<ClientHttp2Session | Error> {
  return new Promise((resolve) => {
    const socket =
      address.network === "unix" ? connectSocket(address.path) : connectSocket(address.port, address.host);
    const session = connect("http://unused", {
      createConnection: () => socket,
      maxSessionMemory,
      settings: { initialWindowSize: windowBytes, enablePush: false },
    });
    const timer = setTimeout(() => leave(new Error(`no connection within ${withinMs} ms`)), withinMs);
    const leave = (result: ClientHttp2Session | Error): void => {
      clearTimeout(timer);
      if (result instanceof Error) session.destroy();
      resolve(result);
    };
    // Each open call listens for the end of the session.
    session.setMaxListeners(0);
    session.on("error", leave);
    session.once("connect", () => {
      session.setLocalWindowSize(windowBytes);
      leave(session);
    });
  });
}

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { GatewayCore } from "../../gateway-core.ts";
import { type HttpFailure, toHttpFailure } from "../../http/http-failure.ts";
import { readHeader } from "../../http/read-header.ts";
import { splitTarget } from "../../http/split-target.ts";
import { logAnswer } from "../../log-answer.ts";
import { readTrace } from "../../observe/request-trace.ts";
import { untilAborted } from "../../until-aborted.ts";
import type { Live } from "../create-live.ts";
import { createHandshake } from "./create-handshake.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import { socketPath } from "./socket-path.ts";

/** Takes the `upgrade` events of an HTTP server of Node. */
export interface Upgrades {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Ends every socket that is still there. Resolves when none is, at the latest when the signal is aborted. */
  readonly close: (signal: AbortSignal) => Promise<void>;
}

/** Keeps the sockets of upgrades. Each has its handshake, or an answer that refuses it, and its record in the log. */
export function createUpgrades(core: GatewayCore, live: Live): Upgrades {
  const sockets = new Set<Duplex>();
  const handshake = createHandshake(core, live);

  return {
    upgrade: (request, socket, head) => {
      const began = performance.now();
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      // Of a client that leaves before there is a connection.
      socket.on("error", () => socket.destroy());
      const { traceId } = readTrace(readHeader(request, "traceparent"), undefined);
      const finish = (status: number, failure?: HttpFailure): void => {
        const ms = performance.now() - began;
        core.metrics.answered(socketPath, "GET", status, ms / 1000);
        if (!core.settings.hasLog) return;
        const { method = "GET", url = "/" } = request;
        const { path } = splitTarget(url);
        logAnswer(core, { method, path, route: socketPath, status, ms, traceId, failure });
      };
      handshake(request, socket, head).then(finish, (error: unknown) => {
        const failure = toHttpFailure(error);
        refuseUpgrade(socket, failure, { style: core.settings.style, traceId });
        finish(failure.status, failure);
      });
    },
    close: async (signal) => {
      await Promise.race([Promise.all([...sockets].map(closed)), untilAborted(signal)]);
      for (const socket of sockets) socket.destroy();
    },
  };
}

function closed(socket: Duplex): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}

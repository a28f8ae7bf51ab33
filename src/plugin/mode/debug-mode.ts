import { type AttachInfo, formatAttachInfo } from "../../go-plugin/attach-info.ts";
import { parseHostEnvironment } from "../../go-plugin/handshake/environment.ts";
import { processStartTime } from "../../go-plugin/read-process.ts";
import { createPluginServices } from "../../go-plugin/services/plugin-services.ts";
import { formatAddress } from "../../go-plugin/socket-address.ts";
import type { SocketAddress } from "../../transport/socket-transport.ts";
import type { ImplementedMajor } from "../implement.ts";
import { listenForHost } from "../listen/listen-for-host.ts";
import type { ResolvedServeOptions } from "../serve-options.ts";
import type { ServingMode } from "./serving-mode.ts";

/**
 * Serves any host that attaches, in the highest major, and prints how to attach: for a plugin that a debugger or a test
 * started.
 */
export function debugMode(
  majors: readonly [ImplementedMajor, ...ImplementedMajor[]],
  settings: ResolvedServeOptions,
): ServingMode {
  const [highest] = majors.toSorted((a, b) => b.version - a.version);
  const protocolVersion = highest?.version ?? 0;
  const attachInfo = (address: SocketAddress): AttachInfo => ({
    protocolVersion,
    ...formatAddress(address),
    pid: process.pid,
    startTime: processStartTime(process.pid),
    test: true,
  });
  return {
    protocolVersion,
    services: highest?.services ?? [],
    goPluginServices: (services, onShutdown, streams) =>
      createPluginServices({ services, onShutdown, ...streams }),
    listen: (options) =>
      listenForHost(settings.transport, settings.network, parseHostEnvironment(process.env), options),
    announce: ({ address }, print) => print(formatAttachInfo(attachInfo(address))),
    attachInfo,
    hasHost: false,
    hasBroker: true,
  };
}

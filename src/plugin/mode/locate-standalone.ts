import { chooseMajor } from "../../go-plugin/handshake/choose-major.ts";
import { parseHostEnvironment } from "../../go-plugin/handshake/environment.ts";
import { coreProtocolVersion } from "../../go-plugin/handshake/handshake-line.ts";
import { isAlive } from "../../go-plugin/is-alive.ts";
import type { ImplementedMajor } from "../implement.ts";
import { tcpAddressOption } from "../listen/tcp-address-option.ts";
import { noBroker } from "../no-broker.ts";
import type { PluginServer } from "../plugin-server.ts";
import { exitCleanly } from "../process/exit-cleanly.ts";
import { ownProcess } from "../process/own-process.ts";
import { redirectStdout } from "../process/redirect-stdout.ts";
import type { ResolvedServeOptions } from "../serve-options.ts";
import type { StandaloneProcess } from "./find-standalone.ts";

/**
 * Represents a standalone process: prints its address for the host, and keeps running, because a host takes the exit of
 * the process that it started for the exit of the plugin. Does not check the cookie, as the Go SDK. Ends with its host,
 * and with the standalone process, so that the host starts the plugin again.
 */
export function locateStandalone(
  majors: readonly [ImplementedMajor, ...ImplementedMajor[]],
  settings: ResolvedServeOptions,
  { address, pid }: StandaloneProcess,
): PluginServer {
  const parsed = tcpAddressOption(address, "standalone.txt or its variable");
  const { protocolVersions } = parseHostEnvironment(process.env);
  const [first, ...others] = majors.map((major) => major.version);
  const protocolVersion = chooseMajor([first as number, ...others], protocolVersions);
  const stdout = redirectStdout({ target: "stderr", maxBacklogBytes: 1 });
  let end = (): void => {};
  const closed = new Promise<void>((resolve) => {
    end = resolve;
  });
  // Also keeps the process running.
  const timer = setInterval(() => {
    if (pid !== undefined && !isAlive(pid)) end();
  }, 1000);
  const owned = ownProcess({
    signal: settings.signal,
    requestEnd: () => end(),
    hasHost: true,
    cookieKey: settings.cookie.key,
    onExit: () => {},
  });
  void closed.then(() => {
    clearInterval(timer);
    if (settings.ownsProcess) return exitCleanly();
    owned.release();
    stdout.restore();
  });
  // Five fields, as the Go SDK prints here.
  stdout.print([coreProtocolVersion, protocolVersion, "tcp", address, "grpc"].join("|"));
  if (settings.signal?.aborted) end();
  const close = (): Promise<void> => {
    end();
    return closed;
  };
  return {
    protocolVersion,
    address: parsed,
    broker: noBroker().broker,
    attachInfo: undefined,
    closed,
    close,
    [Symbol.asyncDispose]: close,
  };
}

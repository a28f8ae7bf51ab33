import { PluginError } from "../../errors.ts";
import { chooseMajor } from "../../go-plugin/handshake/choose-major.ts";
import { parseHostEnvironment } from "../../go-plugin/handshake/environment.ts";
import { formatHandshakeLine } from "../../go-plugin/handshake/handshake-line.ts";
import { hasMagicCookie } from "../../go-plugin/handshake/magic-cookie.ts";
import { createPluginServices } from "../../go-plugin/services/plugin-services.ts";
import { formatAddress } from "../../go-plugin/socket-address.ts";
import { makePluginTls } from "../../go-plugin/tls/make-plugin-tls.ts";
import type { MutualTls } from "../../go-plugin/tls/mutual-tls.ts";
import { formatServerCertificate } from "../../go-plugin/tls/peer-certificate.ts";
import type { ImplementedMajor } from "../implement.ts";
import { listenForHost } from "../listen/listen-for-host.ts";
import { logToHost } from "../process/log-to-host.ts";
import type { ResolvedServeOptions } from "../serve-options.ts";
import type { ServingMode } from "./serving-mode.ts";

/**
 * Serves the host that started this process, and prints the handshake line.
 *
 * @throws PluginError `not_launched_by_host`, `tls_unsupported`; its `listen` also `tls_failed`.
 */
export function hostMode(
  majors: readonly [ImplementedMajor, ...ImplementedMajor[]],
  settings: ResolvedServeOptions,
): ServingMode {
  if (!hasMagicCookie(settings.cookie, process.env)) {
    const { key, values } = settings.cookie;
    throw new PluginError(
      "not_launched_by_host",
      `expected ${key}=${values.join(" or ")} in the environment: let a host start this plugin`,
    );
  }
  const host = parseHostEnvironment(process.env);
  const { clientCertificate } = host;
  if (clientCertificate !== undefined && settings.tls === "off") {
    throw new PluginError(
      "tls_unsupported",
      "the host asks for TLS (PLUGIN_CLIENT_CERT), which this plugin has switched off: " +
        'turn AutoMTLS off in the host, or set tls to "auto" in the plugin',
    );
  }
  if (host.multiplexing === true) {
    logToHost({
      level: "warn",
      message:
        "the host asks for a multiplexed broker (PLUGIN_MULTIPLEX_GRPC), which this plugin does not speak",
      fields: {},
    });
  }
  let answer: Promise<MutualTls> | undefined;
  let tls: MutualTls | undefined;
  const [first, ...others] = majors.map((major) => major.version);
  const protocolVersion = chooseMajor([first as number, ...others], host.protocolVersions);
  return {
    protocolVersion,
    services: majors.find((major) => major.version === protocolVersion)?.services ?? [],
    goPluginServices: (services, onShutdown, streams) =>
      createPluginServices({ services, onShutdown, ...streams }),
    listen: async (options) => {
      // Also called for brokered servers, which use the same certificates.
      if (clientCertificate !== undefined) {
        answer ??= makePluginTls(clientCertificate);
        tls = await answer;
      }
      return await listenForHost(settings.transport, settings.network, host, { ...options, tls });
    },
    announce: ({ address }, print) => {
      const serverCertificate = tls && formatServerCertificate(tls.certificate);
      print(formatHandshakeLine({ protocolVersion, ...formatAddress(address), serverCertificate }));
    },
    hasHost: true,
    hasBroker: true,
    get tls() {
      return tls;
    },
  };
}

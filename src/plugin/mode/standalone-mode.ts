import { Health } from "../../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
import { ServerReflection } from "../../../gen/es/go-plugin/grpc/reflection/v1/reflection_pb.js";
import { PluginError } from "../../errors.ts";
import { createHealthService } from "../../go-plugin/services/health.ts";
import { createReflectionService } from "../../go-plugin/services/reflection.ts";
import { formatAddress } from "../../go-plugin/socket-address.ts";
import { implementService } from "../../transport/socket-transport.ts";
import type { ImplementedMajor } from "../implement.ts";
import { tcpAddressOption } from "../listen/tcp-address-option.ts";
import { logToHost } from "../process/log-to-host.ts";
import type { ResolvedServeOptions } from "../serve-options.ts";
import { type StandaloneOptions, standaloneAddressName } from "./find-standalone.ts";
import type { ServingMode } from "./serving-mode.ts";
import { removeStandaloneFiles, writeStandaloneFiles } from "./standalone-files.ts";

/**
 * Serves every major on TCP without a host, as `-standalone` of the Go SDK: a host that starts the same plugin finds
 * the address in `standalone.txt`. There is no controller, so that no host ends a plugin under debugging.
 */
export function standaloneMode(
  majors: readonly [ImplementedMajor, ...ImplementedMajor[]],
  settings: ResolvedServeOptions,
  { pluginId, directory }: StandaloneOptions,
): ServingMode {
  const sorted = majors.toSorted((a, b) => b.version - a.version);
  const byName = new Map(
    sorted
      .flatMap((major) => major.services)
      .toReversed()
      .map((served) => [served.service.typeName, served]),
  );
  const name = standaloneAddressName(pluginId);
  const wanted = tcpAddressOption(process.env[name] ?? "127.0.0.1:0", name);
  return {
    protocolVersion: sorted[0]?.version ?? 0,
    services: [...byName.values()],
    goPluginServices: (services) => [
      implementService(Health, createHealthService(services.map((service) => service.typeName))),
      implementService(ServerReflection, createReflectionService([...services, Health, ServerReflection])),
    ],
    listen: async (options) => {
      const server = await settings.transport
        .listen({ ...options, address: wanted })
        .catch((cause: Error) => {
          throw new PluginError("listen_failed", `${cause.message}: free the port, or set ${name}`, {
            cause,
          });
        });
      try {
        writeStandaloneFiles(directory, formatAddress(server.address).address);
      } catch (error) {
        await server.close();
        throw error;
      }
      return server;
    },
    announce: (server) => {
      const { address } = formatAddress(server.address);
      logToHost({ level: "info", message: "standalone plugin serves", fields: { address, directory } });
    },
    hasHost: false,
    hasBroker: false,
    cleanUp: () => removeStandaloneFiles(directory),
  };
}

import type { DescService } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { Health } from "../../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
import { ServerReflection } from "../../../gen/es/go-plugin/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionV1Alpha } from "../../../gen/es/go-plugin/grpc/reflection/v1alpha/reflection_pb.js";
import { GRPCBroker } from "../../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { GRPCController } from "../../../gen/es/go-plugin/plugin/grpc_controller_pb.js";
import { GRPCStdio } from "../../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import { createIdleBrokerService } from "../broker/broker-stream.ts";
import type { GoPluginService } from "../go-plugin-service.ts";
import { createControllerService } from "./controller.ts";
import { goPluginServices } from "./go-plugin-services.ts";
import { createHealthService } from "./health.ts";
import { createReflectionService } from "./reflection.ts";
import { createIdleStdioService } from "./stdio.ts";

/**
 * Makes the services that every go-plugin plugin serves in addition to its own: health, controller, stdio, broker and
 * reflection over all of them.
 */
export function createPluginServices(options: {
  /** The plugin's own services, for health and reflection. */
  readonly services: readonly DescService[];
  /** Called when the host asks the plugin to exit. */
  readonly onShutdown: () => void;
  /** Default: a stream without output. */
  readonly stdio?: ServiceImpl<typeof GRPCStdio> | undefined;
  /** Default: a broker without connections. */
  readonly broker?: ServiceImpl<typeof GRPCBroker> | undefined;
}): readonly GoPluginService[] {
  const reflection = createReflectionService([...options.services, ...goPluginServices]);
  return [
    pair(Health, createHealthService(options.services.map((service) => service.typeName))),
    pair(GRPCController, createControllerService(options.onShutdown)),
    pair(GRPCStdio, options.stdio ?? createIdleStdioService()),
    pair(GRPCBroker, options.broker ?? createIdleBrokerService()),
    pair(ServerReflection, reflection),
    pair(ServerReflectionV1Alpha, reflection),
  ];
}

function pair<Desc extends DescService>(service: Desc, implementation: ServiceImpl<Desc>): GoPluginService {
  return { service, implementation };
}

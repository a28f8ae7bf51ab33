import type { DescService } from "@bufbuild/protobuf";
import { Health } from "../../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
import { ServerReflection } from "../../../gen/es/go-plugin/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionV1Alpha } from "../../../gen/es/go-plugin/grpc/reflection/v1alpha/reflection_pb.js";
import { GRPCBroker } from "../../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { GRPCController } from "../../../gen/es/go-plugin/plugin/grpc_controller_pb.js";
import { GRPCStdio } from "../../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";

/** The services of go-plugin that every plugin serves in addition to its own. */
export const goPluginServices: readonly DescService[] = [
  Health,
  GRPCController,
  GRPCStdio,
  GRPCBroker,
  ServerReflection,
  ServerReflectionV1Alpha,
];

const names: ReadonlySet<string> = new Set(goPluginServices.map(({ typeName }) => typeName));

/** Whether calls of the service are go-plugin's own. By the full name: `plugin.v1.Data` belongs to the plugin's system. */
export function isGoPluginService({ typeName }: Pick<DescService, "typeName">): boolean {
  return names.has(typeName);
}

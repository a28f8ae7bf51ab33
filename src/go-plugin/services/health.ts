import { create } from "@bufbuild/protobuf";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import {
  type Health,
  type HealthCheckResponse,
  HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
import { quoteText } from "../../option-checks.ts";
import { rpcError } from "../../rpc-error.ts";
import { untilAborted } from "../until-aborted.ts";

/** The name under which go-plugin reports the health of the whole plugin; hosts ping it. */
export const pluginHealthService = "plugin";

/**
 * gRPC health for a plugin: SERVING for `plugin`, for the empty name and for each service in
 * `serviceNames`, NOT_FOUND for others. `watch` sends the status once and stays open.
 */
export function createHealthService(serviceNames: readonly string[]): ServiceImpl<typeof Health> {
  const serving = create(HealthCheckResponseSchema, { status: ServingStatus.SERVING });
  const names = ["", pluginHealthService, ...serviceNames];
  return {
    check({ service }): HealthCheckResponse {
      if (!names.includes(service))
        throw rpcError(`unknown service ${quoteText(service, 300)}`, Code.NotFound);
      return serving;
    },
    list: () => ({ statuses: Object.fromEntries(names.map((name) => [name, serving])) }),
    async *watch({ service }, { signal }) {
      yield names.includes(service) ? serving : { status: ServingStatus.SERVICE_UNKNOWN };
      await untilAborted(signal);
    },
  };
}

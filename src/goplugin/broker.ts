import type { ServiceImpl } from "@connectrpc/connect";
import type { GRPCBroker } from "../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { untilAborted } from "./until-aborted.ts";

/**
 * A broker that brokers nothing: its stream is open and empty. Every Go host opens the stream when it
 * connects, and no service of Grafana uses it.
 */
export function createIdleBroker(): ServiceImpl<typeof GRPCBroker> {
  return {
    // biome-ignore lint/correctness/useYield: an empty stream is the point
    async *startStream(_requests, { signal }) {
      await untilAborted(signal);
    },
  };
}

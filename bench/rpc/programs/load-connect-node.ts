// The host on connect-node.
import { connectNodeTransport } from "grafana-plugin-protocol/transport";
import { runLoad } from "./run-load.ts";

void runLoad(connectNodeTransport);

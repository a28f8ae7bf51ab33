// The host on our own HTTP/2.
import { grpcTransport } from "grafana-plugin-protocol/transport";
import { runLoad } from "./run-load.ts";

void runLoad(grpcTransport);

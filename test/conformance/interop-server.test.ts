import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { suite, test } from "node:test";
import { promisify } from "node:util";
import { grpcTransport } from "../../src/transport/grpc-transport.ts";
import { servedService } from "../../src/transport/socket-transport.ts";
import { atEnd } from "../helpers/at-end.ts";
import { wideLimits } from "../helpers/connected-pair.ts";
import { withoutGo } from "../interop/go-peers.ts";
import { TestService } from "./gen/grpc/testing/test_pb.js";
import { buildGoTool, hasGo } from "./go-tool.ts";
import { interopService } from "./interop/service.ts";

const run = promisify(execFile);

/** Every case of grpc-go's client that needs no authentication and no load balancer. */
const cases = [
  "empty_unary",
  "large_unary",
  "client_streaming",
  "server_streaming",
  "ping_pong",
  "empty_stream",
  "timeout_on_sleeping_server",
  "cancel_after_begin",
  "cancel_after_first_response",
  "status_code_and_message",
  "special_status_message",
  "custom_metadata",
  "unimplemented_method",
  "unimplemented_service",
  "rpc_soak",
  "channel_soak",
];

suite("grpc-go's interop client is content with our server in", { skip: hasGo ? false : withoutGo }, () => {
  for (const name of cases) {
    test(name, async (t) => {
      const client = await buildGoTool("interop-client");
      const server = await grpcTransport.listen({
        ...wideLimits,
        address: { network: "tcp", host: "127.0.0.1", port: 0 },
        services: [servedService(TestService, interopService)],
      });
      atEnd(t, () => server.close({ graceMs: 0 }));
      assert.ok(server.address.network === "tcp");

      const soak = ["-soak_iterations=200", "-soak_overall_timeout_seconds=120"];
      const where = ["-server_host=127.0.0.1", `-server_port=${server.address.port}`];
      await run(client, [...where, `-test_case=${name}`, ...soak]);
    });
  }
});

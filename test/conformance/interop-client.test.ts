import { spawn } from "node:child_process";
import { suite, type TestContext, test } from "node:test";
import { grpcTransport } from "../../src/transport/grpc-transport.ts";
import { atEnd } from "../helpers/at-end.ts";
import { wideLimits } from "../helpers/connected-pair.ts";
import { until } from "../helpers/until.ts";
import { withoutGo } from "../interop/go-peers.ts";
import { buildGoTool, hasGo } from "./go-tool.ts";
import { clientCases } from "./interop/client-cases.ts";

/** Starts grpc-go's server; it ends with the test. */
async function startServer(t: TestContext): Promise<number> {
  const env = { ...process.env, GRPC_GO_LOG_SEVERITY_LEVEL: "info" };
  const server = spawn(await buildGoTool("interop-server"), ["-port=0"], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => server.once("close", resolve));
  atEnd(t, async () => {
    server.kill("SIGKILL");
    await ended;
  });
  let log = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const port = await until("the server says where it listens", () => {
    return /interop server listening on \S*:(\d+)/.exec(log)?.[1];
  });
  return Number(port);
}

suite("our client is content with grpc-go's interop server in", { skip: hasGo ? false : withoutGo }, () => {
  for (const [name, run] of Object.entries(clientCases)) {
    test(`our client and grpc-go's interop server: ${name}`, async (t) => {
      const address = { network: "tcp", host: "127.0.0.1", port: await startServer(t) } as const;

      await run(async () => {
        const connection = await grpcTransport.dial({ ...wideLimits, address });
        atEnd(t, () => connection.close());
        return connection;
      });
    });
  }
});

import { rm } from "node:fs/promises";
import { suite, type TestContext, test } from "node:test";
import { dial } from "../../src/transport/grpc/dial.ts";
import type { SocketAddress } from "../../src/transport/socket-transport.ts";
import { atEnd } from "../helpers/at-end.ts";
import { freshAddress, wideLimits } from "../helpers/connected-pair.ts";
import { type Program, runProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { clientCases } from "./interop/client-cases.ts";
import { addressArgument, channels, skipTonic, tonicPeer } from "./tonic-peer.ts";

/** Starts tonic's server; it ends with the test. */
async function startServer(
  t: TestContext,
  network: "tcp" | "unix",
): Promise<{ readonly server: Program; readonly address: SocketAddress }> {
  const wanted = await freshAddress(t, network);
  if (wanted.network === "unix") atEnd(t, () => rm(wanted.path, { force: true }));
  const server = runProgram(t, tonicPeer, ["server", addressArgument(wanted)]);
  const line = await server.firstLine();
  if (wanted.network === "unix") return { server, address: wanted };
  return { server, address: { ...wanted, port: Number(line.slice(line.lastIndexOf(":") + 1)) } };
}

suite("our client is content with tonic's server", { skip: skipTonic }, () => {
  for (const { network, isCompressed } of channels) {
    suite(`over ${network}${isCompressed ? " with gzip" : ""} in`, () => {
      for (const [caseName, run] of Object.entries(clientCases)) {
        test(`our client and tonic's server over ${network}${isCompressed ? " with gzip" : ""}: ${caseName}`, async (t) => {
          const { server, address } = await startServer(t, network);

          await run(async () => {
            const connection = await dial({ ...wideLimits, address, isCompressed });
            atEnd(t, () => connection.close());
            return connection;
          });

          if (caseName === "large_unary") {
            const encoding = isCompressed ? "gzip" : "identity";
            const called = `called /grpc.testing.TestService/UnaryCall ${encoding}\n`;
            await until(`the server has said "${called}"`, () => server.stdout().includes(called));
          }
          if (caseName === "cancel_after_first_response") {
            await until("the server sees the end of the call", () =>
              server.stdout().includes("cancelled /grpc.testing.TestService/FullDuplexCall"),
            );
          }
        });
      }
    });
  }
});

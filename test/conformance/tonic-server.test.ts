import { execFile } from "node:child_process";
import { suite, test } from "node:test";
import { promisify } from "node:util";
import { listen } from "../../src/transport/grpc/listen.ts";
import { servedService } from "../../src/transport/socket-transport.ts";
import { atEnd } from "../helpers/at-end.ts";
import { freshAddress, wideLimits } from "../helpers/connected-pair.ts";
import { until } from "../helpers/until.ts";
import { TestService } from "./gen/grpc/testing/test_pb.js";
import { interopService } from "./interop/service.ts";
import { addressArgument, channels, skipTonic, tonicPeer } from "./tonic-peer.ts";

const run = promisify(execFile);

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

/** The cases that leave a call, and the method whose requests break off in the server then. */
const brokenOff: Readonly<Record<string, string>> = {
  cancel_after_begin: "streamingInputCall",
  cancel_after_first_response: "fullDuplexCall",
};

/** The service of the cases, which also lists the methods whose requests ended otherwise than by their end. */
function watchedService(): { readonly service: typeof interopService; readonly seen: string[] } {
  const seen: string[] = [];
  async function* watched<T>(method: string, requests: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* requests;
    } catch (error) {
      seen.push(method);
      throw error;
    }
  }
  const service: typeof interopService = {
    ...interopService,
    streamingInputCall: (requests, context) =>
      interopService.streamingInputCall(watched("streamingInputCall", requests), context),
    fullDuplexCall: (requests, context) =>
      interopService.fullDuplexCall(watched("fullDuplexCall", requests), context),
  };
  return { service, seen };
}

suite("tonic's client is content with our server", { skip: skipTonic }, () => {
  for (const { network, isCompressed } of channels) {
    suite(`over ${network}${isCompressed ? " with gzip" : ""} in`, () => {
      for (const caseName of cases) {
        test(caseName, async (t) => {
          const { service, seen } = watchedService();
          const server = await listen({
            ...wideLimits,
            address: await freshAddress(t, network),
            services: [servedService(TestService, service)],
            compressesAnswers: isCompressed,
          });
          atEnd(t, () => server.close({ graceMs: 0 }));

          const flags = isCompressed ? ["--gzip"] : [];
          await run(tonicPeer, ["client", ...flags, addressArgument(server.address), caseName], {
            timeout: 120_000,
          });

          const method = brokenOff[caseName];
          if (method !== undefined) await until(`${method} is broken off`, () => seen.includes(method));
        });
      }
    });
  }
});

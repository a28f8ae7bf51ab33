import { execFile } from "node:child_process";
import { suite, test } from "node:test";
import { promisify } from "node:util";
import { freshAddress } from "../helpers/connected-pair.ts";
import { until } from "../helpers/until.ts";
import { type InteropCaseName, interopCaseNames } from "./interop/case-names.ts";
import { serveInterop } from "./interop/serve-interop.ts";
import { interopService } from "./interop/service.ts";
import { addressArgument, channels, skipTonic, tonicPeer } from "./tonic-peer.ts";

const run = promisify(execFile);

/** The cases that leave a call, and the method whose requests break off in the server then. */
const brokenOff: Readonly<Partial<Record<InteropCaseName, string>>> = {
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
      for (const caseName of interopCaseNames) {
        test(`tonic's client over ${network}${isCompressed ? " with gzip" : ""}: ${caseName}`, async (t) => {
          const { service, seen } = watchedService();
          const address = await serveInterop(t, await freshAddress(t, network), {
            service,
            compressesAnswers: isCompressed,
          });

          const flags = isCompressed ? ["--gzip"] : [];
          await run(tonicPeer, ["client", ...flags, addressArgument(address), caseName], {
            timeout: 120_000,
          });

          const method = brokenOff[caseName];
          if (method !== undefined) await until(`${method} is broken off`, () => seen.includes(method));
        });
      }
    });
  }
});

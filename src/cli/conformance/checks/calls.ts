import { gzipSync } from "node:zlib";
import { type Check, expectThat, failed, leftOut, type Need, passed } from "../check.ts";
import { callKnown, knownCall, pluginPing, unimplemented } from "../plugin-facts.ts";
import { describeExit } from "../process/describe-exit.ts";
import { callRaw, type RawAnswer } from "../wire/call-raw.ts";
import { describeAnswer } from "../wire/describe-answer.ts";

const needs: readonly Need[] = ["a call"];
const deadlineExceeded = 4;
const resourceExhausted = 8;
const manyCalls = 100;
const callsAfterEnd = 20;
const mebi = 2 ** 20;
/** The field with this number is in no contract, and is as long as one wants. */
const unknownBytes = Buffer.from("c23e", "hex");
/** Eight digits are the most that the grammar allows. */
const timeouts = ["1H", "99999999M", "60S", "60000m", "99999999u", "99999999n"];
const authorities = ["localhost", "odd.example:65535", "[::1]:1"];

/** Everything of a call that is not its message. */
export const callChecks: readonly Check[] = [
  {
    name: "calls.content-type",
    fact: "An answer has :status 200 and a content-type that begins with application/grpc.",
    source: "gRPC over HTTP/2, Response-Headers",
    needs,
    run: async (world) => {
      const { headers } = await callKnown(world);
      const seen = `:status ${headers[":status"]}, content-type ${headers["content-type"]}`;
      const isRight =
        String(headers[":status"]) === "200" &&
        String(headers["content-type"]).startsWith("application/grpc");
      return expectThat(isRight, ":status 200, content-type application/grpc", seen, "answer as gRPC does");
    },
  },
  {
    name: "calls.authority",
    fact: "The plugin accepts every :authority.",
    source: "go-plugin grpc_client.go: a Go host sends unused, and localhost with TLS",
    needs,
    run: async (world) => {
      for (const authority of authorities) {
        const answer = await callKnown(world, { headers: { ":authority": authority } });
        if (answer.status === 0) continue;
        return failed(
          `status 0 (OK) for :authority ${authority}`,
          describeAnswer(answer),
          "do not look at :authority: the socket says who calls",
        );
      }
      return passed;
    },
  },
  {
    name: "calls.timeout-units",
    fact: "grpc-timeout has a unit from hours to nanoseconds, and up to eight digits.",
    source: "gRPC over HTTP/2, Timeout",
    needs,
    run: async (world) => {
      for (const timeout of timeouts) {
        const answer = await callKnown(world, { headers: { "grpc-timeout": timeout } });
        // A tenth of a second may be over on a slow machine.
        const isRight = answer.status === 0 || (timeout.endsWith("n") && answer.status === deadlineExceeded);
        if (isRight) continue;
        return failed(
          `status 0 (OK) with grpc-timeout: ${timeout}`,
          describeAnswer(answer),
          "read the units H, M, S, m, u and n",
        );
      }
      return passed;
    },
  },
  {
    name: "calls.cancel",
    fact: "Cancelled calls end alone: the plugin and other calls of the connection go on.",
    source: "Grafana cancels the call when the HTTP request is gone (RST_STREAM)",
    needs,
    run: async (world) => {
      const call = await knownCall(world);
      if (call === undefined) return leftOut("no call is known to succeed");
      const plugin = await world.shared();
      for (let count = 0; count < 20; count += 1) await plugin.call({ ...call, isCancelled: true });
      const answer = await plugin.call(call);
      return expectThat(
        answer.status === 0,
        "status 0 (OK) of the call after 20 cancelled ones",
        describeAnswer(answer),
        "expect that a stream is gone when its answer is ready, and drop the answer",
      );
    },
  },
  {
    name: "calls.many",
    fact: `${manyCalls} calls at once on one connection are answered.`,
    source: "Grafana has one connection to a plugin, for all panels of all users",
    needs,
    run: async (world) => {
      const answers = await Promise.all(Array.from({ length: manyCalls }, () => callKnown(world)));
      const bad = answers.find(({ status }) => status !== 0);
      return bad === undefined
        ? passed
        : failed(
            `status 0 (OK) of ${manyCalls} calls`,
            describeAnswer(bad),
            "let calls wait instead of refusing them, and announce SETTINGS_MAX_CONCURRENT_STREAMS of 100 or more",
          );
    },
  },
  {
    name: "calls.15-mib",
    fact: "A request of 15 MiB is accepted.",
    source: "SDK backend/serve.go: a plugin takes 16 MiB, gRPC's own default is 4 MiB",
    needs: [...needs, "major 2"],
    run: async (world) => {
      const usual = await callKnown(world);
      const answer = await callKnown(world, { message: await enlarged(world, 15 * mebi) });
      return expectThat(
        answer.status === usual.status,
        describeAnswer(usual),
        describeAnswer(answer),
        "set the largest message that the server receives to 16 MiB",
      );
    },
  },
  {
    name: "calls.17-mib",
    fact: "A request of 17 MiB is answered, or is RESOURCE_EXHAUSTED; other calls go on.",
    source: "SDK backend/serve.go: a plugin takes 16 MiB",
    needs,
    run: async (world) => {
      const call = await knownCall(world);
      if (call === undefined) return leftOut("no call is known to succeed");
      const plugin = await world.shared();
      const advice = "refuse the message by its length, before you read it, and keep the connection";
      // Node's client may not get over a refusal before its request was sent; a host's may. So it has its own connection.
      const session = await plugin.dial();
      if (session instanceof Error) return failed("another connection", session.message, advice);
      const { withinMs } = world.options;
      const large = await callRaw(session, { ...call, withinMs, message: await enlarged(world, 17 * mebi) });
      session.destroy();
      if (large.status !== 0 && large.status !== resourceExhausted) {
        return failed("status 8 (ResourceExhausted), or 0 (OK)", describeAnswer(large), advice);
      }
      const next = await plugin.call(call);
      return expectThat(next.status === 0, "status 0 (OK) of the next call", describeAnswer(next), advice);
    },
  },
  {
    name: "calls.gzip",
    fact: "A request that is compressed with gzip is answered, or is UNIMPLEMENTED.",
    source: "gRPC compression; grpc-go answers UNIMPLEMENTED without the decompressor",
    needs,
    run: async (world) => {
      const message = (await knownCall(world))?.message ?? Buffer.alloc(0);
      const answer = await callKnown(world, {
        message: gzipSync(message),
        isCompressed: true,
        headers: { "grpc-encoding": "gzip" },
      });
      return expectThat(
        answer.status === 0 || answer.status === unimplemented,
        "status 0 (OK) or 12 (Unimplemented)",
        describeAnswer(answer),
        "read grpc-encoding, and answer UNIMPLEMENTED for one that you do not have",
      );
    },
  },
  {
    name: "calls.uncompressed",
    fact: "An answer is not compressed if the host did not say what it reads.",
    source: "gRPC compression, grpc-accept-encoding",
    needs,
    run: async (world) => {
      const { hasCompressed, headers } = await callKnown(world);
      const encoding = headers["grpc-encoding"] ?? "identity";
      return expectThat(
        !hasCompressed && encoding === "identity",
        "no compression",
        `grpc-encoding ${encoding}${hasCompressed ? ", and a compressed message" : ""}`,
        "compress for a host that sends grpc-accept-encoding only",
      );
    },
  },
  {
    name: "calls.second-connection",
    fact: "A second connection works beside the first, and its end leaves the first alone.",
    source: "go-plugin's broker and tools such as grpcurl open further ones",
    needs,
    run: async (world) => {
      const plugin = await world.shared();
      const call = (await knownCall(world)) ?? { rpc: "grpc.health.v1.Health/Check", message: pluginPing };
      const advice = "accept more than one connection, and keep what belongs to one with that one";
      const other = await plugin.dial();
      if (other instanceof Error) return failed("a second connection", other.message, advice);
      const second: RawAnswer = await callRaw(other, { ...call, withinMs: world.options.withinMs });
      if (second.status !== 0) return failed("status 0 (OK) on the second", describeAnswer(second), advice);
      other.destroy();
      let first = await plugin.call(call);
      // The plugin sees the end of the other connection between two of these.
      for (let count = 1; count < callsAfterEnd && first.status === 0; count += 1)
        first = await plugin.call(call);
      const seen = `${describeAnswer(first)}; ${describeExit(plugin.process.exit())}`;
      return expectThat(
        first.status === 0,
        "status 0 (OK) on the first after the second ended",
        seen,
        advice,
      );
    },
  },
];

/** The known call's message with a field of so many bytes that no contract has. */
async function enlarged(world: Parameters<Check["run"]>[0], bytes: number): Promise<Buffer> {
  const message = (await knownCall(world))?.message ?? Buffer.alloc(0);
  return Buffer.concat([message, unknownBytes, varint(bytes), Buffer.alloc(bytes)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}

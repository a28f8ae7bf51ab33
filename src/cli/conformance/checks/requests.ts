import { type Check, expectThat, failed, passed } from "../check.ts";
import { callKnown, hasRpc, knownCall, requestsOf } from "../plugin-facts.ts";
import { describeAnswer } from "../wire/describe-answer.ts";

/** Fields that no contract has, one of each wire type: a number, eight bytes, bytes, a group, four bytes. */
const unknownFields = Buffer.from("c03e01c13e0000000000000000c23e0161c33ec43ec53e00000000", "hex");

/** Methods that answer an empty message at once; RunStream would go on. */
const unaryLike = [
  "Diagnostics/CheckHealth",
  "Diagnostics/CollectMetrics",
  "Data/QueryData",
  "Resource/CallResource",
  "Stream/SubscribeStream",
] as const;

/** Requests that are not as today's hosts send them. */
export const requestChecks: readonly Check[] = [
  {
    name: "requests.empty",
    fact: "A request without any sub-message gets an answer or an error, and the plugin goes on.",
    source: "proto3: every field may be absent. The SDK answers UNKNOWN with the text of a panic",
    needs: ["major 2"],
    run: async (world) => {
      const plugin = await world.run({ versions: "2" });
      for (const rpc of unaryLike) {
        if (!(await hasRpc(world, rpc))) continue;
        const answer = await plugin.call({ rpc: `pluginv2.${rpc}`, message: Buffer.alloc(0) });
        if (answer.end !== "status") {
          return failed(
            `an answer or an error from ${rpc} to a request of no bytes`,
            describeAnswer(answer),
            "take an absent message for an empty one, and catch what a handler throws",
          );
        }
      }
      return passed;
    },
  },
  {
    name: "requests.metrics-without-context",
    fact: "CollectMetrics works without a PluginContext.",
    source: "Plutono pkg/plugins/backendplugin/grpcplugin/client_v2.go: it sends none",
    needs: ["Diagnostics/CollectMetrics"],
    run: async (world) => {
      const { metrics } = await requestsOf(world);
      const answer = await (await world.shared()).call({
        rpc: "pluginv2.Diagnostics/CollectMetrics",
        message: metrics,
      });
      return expectThat(
        answer.status === 0,
        "status 0 (OK)",
        describeAnswer(answer),
        "answer the metrics of the process, which need no context",
      );
    },
  },
  {
    name: "requests.unknown-fields",
    fact: "Fields that the plugin does not know have no effect.",
    source: "protobuf's encoding; the contract has only ever grown",
    needs: ["a call"],
    run: async (world) => {
      const usual = await callKnown(world);
      const message = (await knownCall(world))?.message ?? Buffer.alloc(0);
      const answer = await callKnown(world, { message: Buffer.concat([message, unknownFields]) });
      return expectThat(
        answer.status === usual.status,
        describeAnswer(usual),
        describeAnswer(answer),
        "skip fields with unknown numbers, by their wire type",
      );
    },
  },
  {
    name: "requests.unknown-metadata",
    fact: "Metadata that the plugin does not know has no effect.",
    source:
      "Grafana sends traceparent, tenantid and loggerParamsCtxMetadata: docs/handshake.md, The connection",
    needs: ["a call"],
    run: async (world) => {
      const answer = await callKnown(world, {
        headers: {
          traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          tenantid: "conformance",
          loggerparamsctxmetadata: "key:::value",
          "x-conformance-bin": "AP8Q",
        },
      });
      return expectThat(
        answer.status === 0,
        "status 0 (OK)",
        describeAnswer(answer),
        "ignore metadata that you do not need",
      );
    },
  },
  {
    name: "requests.malformed",
    fact: "A request that is not a message of protobuf is an error of the call, not its success.",
    source: "grpc-go: INTERNAL with the error of the decoder",
    needs: ["a call"],
    run: async (world) => {
      const answer = await callKnown(world, { message: Buffer.from("ffffffffffffffffffffff", "hex") });
      return expectThat(
        answer.end === "status" && answer.status !== 0,
        "a status other than 0",
        describeAnswer(answer),
        "let the decoder refuse the message, and answer INTERNAL",
      );
    },
  },
];

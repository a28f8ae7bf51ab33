import { fromBinary } from "@bufbuild/protobuf";
import {
  StreamPacketSchema,
  SubscribeStreamResponse_Status,
  SubscribeStreamResponseSchema,
} from "grafana-plugin-protocol/v2";
import { type Check, expectThat, failed, type Need, passed } from "../check.ts";
import type { RunningPlugin } from "../connect-plugin.ts";
import { requestsOf } from "../plugin-facts.ts";
import type { RawAnswer } from "../wire/call-raw.ts";
import { describeAnswer } from "../wire/describe-answer.ts";
import type { World } from "../world.ts";

const needs: readonly Need[] = ["Stream/SubscribeStream", "a stream"];
const deadlineExceeded = 4;
const manyStreams = 50;

/** Streams of the path that is given. */
export const streamChecks: readonly Check[] = [
  {
    name: "streams.subscribe",
    fact: "SubscribeStream of a path that streams answers OK.",
    source: "SDK backend/stream.go, SubscribeStreamStatus",
    needs,
    run: async (world) => {
      const requests = await requestsOf(world);
      const answer = await (await world.shared()).call({
        rpc: "pluginv2.Stream/SubscribeStream",
        message: requests.subscribe(world.options.stream ?? ""),
      });
      const advice = "answer status OK for paths that RunStream takes; --stream may name another path";
      const [message] = answer.messages;
      if (answer.status !== 0 || message === undefined)
        return failed("status OK", describeAnswer(answer), advice);
      const { status } = fromBinary(SubscribeStreamResponseSchema, message);
      return expectThat(
        status === SubscribeStreamResponse_Status.OK,
        "status OK",
        SubscribeStreamResponse_Status[status] ?? String(status),
        advice,
      );
    },
  },
  {
    name: "streams.packet",
    fact: "The data of a packet is JSON.",
    source: "SDK backend/stream.go, StreamSender: SendFrame and SendJSON; Grafana Live forwards it as JSON",
    needs,
    run: async (world) => {
      const answer = await firstPacket(world, await world.shared());
      const [message] = answer.messages;
      if (message === undefined) {
        return failed(
          "a packet",
          describeAnswer(answer),
          "send a packet, or give another path with --stream",
        );
      }
      const text = Buffer.from(fromBinary(StreamPacketSchema, message).data).toString();
      return expectThat(
        isJson(text),
        "JSON",
        JSON.stringify(text.slice(0, 100)),
        "send the JSON of a frame: its schema in the first packet, its data in all",
      );
    },
  },
  {
    name: "streams.cancel",
    fact: "A cancelled stream ends alone: the plugin goes on, and the next stream gets its packets.",
    source:
      "Grafana pkg/services/live/runstream cancels a stream that nobody watches, and runs it again later",
    needs,
    run: async (world) => {
      const plugin = await world.shared();
      const answers = [await firstPacket(world, plugin), await firstPacket(world, plugin)];
      return expectThat(
        answers.every(({ messages }) => messages.length > 0),
        "a packet of a stream, and of the next one after that was cancelled",
        answers.map(describeAnswer).join("; then "),
        "treat the end of the call as the end of one handler, not as an error of the process",
      );
    },
  },
  {
    name: "streams.many",
    fact: `${manyStreams} streams at once get their packets.`,
    source: "Grafana pkg/services/live: a stream for each path that is watched",
    needs,
    run: async (world) => {
      const plugin = await world.shared();
      const answers = await Promise.all(
        Array.from({ length: manyStreams }, () => firstPacket(world, plugin)),
      );
      const starved = answers.filter(({ messages }) => messages.length === 0);
      return expectThat(
        starved.length === 0,
        `a packet of each of ${manyStreams} streams`,
        `none of ${starved.length}: ${starved[0] === undefined ? "" : describeAnswer(starved[0])}`,
        "give each stream a task of its own, and set no limit on streams of a connection below 100",
      );
    },
  },
  {
    name: "streams.deadline",
    fact: "A stream with a deadline ends at it, with DEADLINE_EXCEEDED.",
    source: "gRPC over HTTP/2, grpc-timeout; grpc-go ends the handler's context",
    needs,
    run: async (world) => {
      const requests = await requestsOf(world);
      const answer = await (await world.shared()).call({
        rpc: "pluginv2.Stream/RunStream",
        message: requests.runStream(world.options.stream ?? ""),
        headers: { "grpc-timeout": "500m" },
      });
      // A stream may be over before, which says nothing about deadlines.
      const isRight = answer.status === 0 || answer.status === deadlineExceeded || answer.end === "reset";
      return isRight
        ? passed
        : failed(
            "status 4 (DeadlineExceeded) after half a second",
            describeAnswer(answer),
            "read grpc-timeout, and end the handler and its call when the time is over",
          );
    },
  },
];

async function firstPacket(world: World, plugin: RunningPlugin): Promise<RawAnswer> {
  const requests = await requestsOf(world);
  return plugin.call({
    rpc: "pluginv2.Stream/RunStream",
    message: requests.runStream(world.options.stream ?? ""),
    cancelWhen: (messages) => messages.length > 0,
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

import { type Client, Code, type ServiceImpl } from "@connectrpc/connect";
import type { GRPCBroker } from "../../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { PluginError } from "../../errors.ts";
import { rpcErrorFrom } from "../../rpc-error.ts";
import { untilAborted } from "../until-aborted.ts";
import type { BrokerSide } from "./broker.ts";
import type { BrokerMessage } from "./broker-message.ts";

/**
 * The broker's service, as a plugin has it: the host opens its stream once, at the start. A host that attaches later
 * gets the plugin's later announcements.
 */
export function createBrokerService(end: BrokerSide): ServiceImpl<typeof GRPCBroker> {
  return {
    async *startStream(messages, { signal }) {
      // A host that leaves ends the stream, whether by a message or by closing the connection. Not AbortSignal.any: its
      // FinalizationRegistry keeps Node from building a start-up snapshot after a call.
      const left = new AbortController();
      const leave = (): void => left.abort();
      signal.addEventListener("abort", leave, { once: true });
      if (signal.aborted) leave();
      void receiveAll(end, messages)
        .catch(() => {})
        .finally(leave);
      yield* end.outgoing(left.signal);
    },
  };
}

/** A broker without connections: its stream is open and empty. Every Go host opens it when it connects. */
export function createIdleBrokerService(): ServiceImpl<typeof GRPCBroker> {
  return {
    // biome-ignore lint/correctness/useYield: an empty stream is the point
    async *startStream(_messages, { signal }) {
      await untilAborted(signal);
    },
  };
}

/**
 * Opens the broker's stream as a host does, once and right after connecting. Resolves, and never rejects, when the
 * stream has ended; then the broker is closed with the reason.
 */
export async function runBrokerStream(
  end: BrokerSide,
  client: Client<typeof GRPCBroker>,
  signal: AbortSignal,
): Promise<void> {
  let reason = new PluginError("closed", "the plugin has ended the broker's stream: launch it again");
  // The outgoing half also ends when the incoming half ends.
  const over = new AbortController();
  try {
    const outgoing = end.outgoing(AbortSignal.any([signal, over.signal]));
    await receiveAll(end, client.startStream(outgoing, { signal }));
  } catch (cause) {
    const { code, rawMessage } = rpcErrorFrom(cause);
    const message =
      code === Code.Unimplemented
        ? "the plugin has no broker: it has to serve go-plugin's plugin.GRPCBroker"
        : `the broker's stream has ended: ${rawMessage}`;
    reason = new PluginError("closed", message, { cause });
  } finally {
    over.abort();
  }
  await end.close(reason);
}

/** Messages that are taken in one turn: those that have arrived already would hold up everything else. */
const messagesATurn = 1000;

async function receiveAll(end: BrokerSide, messages: AsyncIterable<BrokerMessage>): Promise<void> {
  let taken = 0;
  for await (const message of messages) {
    end.receive(message);
    if (++taken % messagesATurn === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

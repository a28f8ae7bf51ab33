import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { isUnavailable } from "../ask-and-judge.ts";
import { createPacketCount } from "./packet-count.ts";
import { Refused, type Stream, type Subscriber } from "./subscriber.ts";

/**
 * Subscribes to a stream over server-sent events.
 *
 * @throws Refused
 */
export async function subscribeByEvents(port: number, stream: Stream): Promise<Subscriber> {
  const sent = open(port, stream);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("error", reject).once("response", resolve);
  });
  response.setEncoding("utf8");
  if (response.statusCode !== 200) {
    const body = Buffer.from((await response.toArray()).join(""));
    const answer = { status: response.statusCode ?? 0, body };
    throw new Refused(`${answer.status} ${body}`, isUnavailable(answer));
  }
  const count = createPacketCount();
  let isLeft = false;
  let fault: Error | undefined;
  const closed = new Promise<void>((resolve) => {
    response.once("close", () => {
      if (!isLeft) fault ??= new Error("the event stream has ended");
      resolve();
    });
  });
  // That of the end, which is told by `close`.
  response.on("error", () => {});
  sent.on("error", () => {});
  let rest = "";
  response.on("data", (part: string) => {
    if (isLeft) return;
    const messages = (rest + part).split("\n\n");
    rest = messages.pop() ?? "";
    try {
      for (const message of messages) {
        // Comments: that the subscription stands, and pings.
        if (message.startsWith(":")) continue;
        if (!message.startsWith("data: ")) throw new Error(`unexpected: ${message}`);
        count.take(JSON.parse(message.slice("data: ".length)));
      }
    } catch (error) {
      fault ??= error as Error;
    }
  });
  return {
    counts: [count],
    fault: () => fault,
    leave: async () => {
      isLeft = true;
      sent.destroy();
      await closed;
    },
  };
}

/** Asks for an event stream, and goes before the answer. */
export async function leaveByEvents(port: number, stream: Stream): Promise<void> {
  const sent = open(port, stream);
  sent.on("error", () => {});
  const closed = new Promise<void>((resolve) => {
    sent.once("close", () => resolve());
  });
  await new Promise<void>((resolve) => {
    sent.once("finish", () => resolve());
  });
  sent.destroy();
  await closed;
}

/** A connection of its own, as an EventSource has. */
function open(port: number, { uid, path }: Stream): ClientRequest {
  const sent = request({ port, host: "127.0.0.1", agent: false, path: `/api/live/sse/ds/${uid}/${path}` });
  sent.end();
  return sent;
}

import type { HttpCall } from "../../http/http-call.ts";
import type { Batch } from "../create-batch.ts";
import type { Subscriber } from "../create-channel.ts";
import { orgPrefix } from "../create-channels.ts";
import type { Hub } from "../create-hub.ts";
import { commandErrors, unsubscribeCode } from "./codes.ts";
import { CommandRefusal, channelOf, dataOf } from "./read-command.ts";

/** The subscriptions of one connection. */
export interface Subscriptions {
  /**
   * Subscribes by the body of a command.
   *
   * @param reply called with the body of the answer, before the first packet
   * @throws HttpFailure, CommandRefusal, and what an abort gives
   */
  readonly add: (body: unknown, call: HttpCall, reply: (json: string) => void) => Promise<void>;
  /** Unsubscribes by the body of a command; no-op for a channel without subscription. @throws HttpFailure, CommandRefusal */
  readonly remove: (body: unknown) => void;
  /** From here on the ends of channels are not told: that of the connection follows. */
  readonly silence: () => void;
  /** Unsubscribes from all, and gives up those that are asked for. */
  readonly end: () => void;
}

interface SubscriptionParts {
  readonly hub: Hub;
  readonly maxSubscriptions: number;
  /** @param isOneOfMany whether other channels may deliver in this turn */
  readonly deliver: (batch: Batch, isOneOfMany: boolean) => void;
  readonly send: (text: string) => void;
}

export function createSubscriptions({
  hub,
  maxSubscriptions,
  deliver,
  send,
}: SubscriptionParts): Subscriptions {
  /** By channel, with how to give up one that is still asked for. */
  const byChannel = new Map<string, AbortController | undefined>();
  let isSilent = false;
  let isOver = false;

  const subscriber: Subscriber = {
    deliver: (batch) => deliver(batch, byChannel.size > 1),
    end: (name, { code, message }) => {
      if (!byChannel.delete(name) || isSilent) return;
      const channel = JSON.stringify(orgPrefix + name);
      const reason = JSON.stringify({ code: unsubscribeCode(code), reason: message });
      send(`{"push":{"channel":${channel},"unsubscribe":${reason}}}`);
    },
  };

  const leave = (name: string, asking: AbortController | undefined): void => {
    if (asking === undefined) hub.unsubscribe(name, subscriber);
    else asking.abort(new DOMException("the client has left the channel", "AbortError"));
  };

  return {
    add: async (body, call, reply) => {
      const address = channelOf(body);
      const { name } = address;
      if (byChannel.has(name)) throw new CommandRefusal(commandErrors.alreadySubscribed);
      if (byChannel.size >= maxSubscriptions) throw new CommandRefusal(commandErrors.limitExceeded);
      const asking = new AbortController();
      byChannel.set(name, asking);
      const begin = (initial: string | undefined): void => {
        byChannel.set(name, undefined);
        reply(initial === undefined ? "{}" : `{"data":${initial}}`);
      };
      try {
        await hub.subscribe({
          address,
          call,
          data: dataOf(body),
          signal: asking.signal,
          subscriber,
          begin,
        });
      } catch (error) {
        // The client may have subscribed again meanwhile.
        if (byChannel.get(name) === asking) byChannel.delete(name);
        throw error;
      }
      // The answer may have been one too many for a slow client.
      if (isOver) hub.unsubscribe(name, subscriber);
    },
    remove: (body) => {
      const { name } = channelOf(body);
      if (!byChannel.has(name)) return;
      const asking = byChannel.get(name);
      byChannel.delete(name);
      leave(name, asking);
    },
    silence: () => {
      isSilent = true;
    },
    end: () => {
      isOver = true;
      for (const [name, asking] of byChannel) leave(name, asking);
      byChannel.clear();
    },
  };
}

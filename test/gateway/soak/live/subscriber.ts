import type { PacketCount } from "./packet-count.ts";

/** A client of Live with subscriptions that stand. */
export interface Subscriber {
  /** In the order of the channels that were asked for. */
  readonly counts: readonly PacketCount[];
  /** Why a subscription is not as it should be: a packet is lost, or it has ended by itself. */
  readonly fault: () => Error | undefined;
  /** Goes, with the end that its protocol has or without. Resolves when the connection is closed. */
  readonly leave: (how?: "breaking off" | "in order") => Promise<void>;
}

/** An error that a client got instead of its subscription. */
export class Refused extends Error {
  override readonly name: string = "Refused";
  /** Whether it is the error of a plugin that has died. */
  readonly tellsOfDeath: boolean;

  constructor(text: string, tellsOfDeath: boolean) {
    super(text);
    this.tellsOfDeath = tellsOfDeath;
  }
}

/** A stream of a data source that counts. */
export interface Stream {
  readonly uid: string;
  readonly path: string;
}

import type { Batch } from "../create-batch.ts";
import type { Disconnect } from "./codes.ts";

/** The socket of a connection. No method throws. */
export interface LiveTransport {
  readonly send: (text: string) => void;
  /** @param isOneOfMany whether others may follow in this turn */
  readonly deliver: (batch: Batch, isOneOfMany: boolean) => void;
  /** Bytes that wait for the client. */
  readonly queuedBytes: () => number;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Nothing is sent afterwards. */
  readonly close: (disconnect: Disconnect) => void;
}

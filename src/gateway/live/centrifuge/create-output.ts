import type { Batch } from "../create-batch.ts";
import type { CommandError } from "./codes.ts";
import type { LiveTransport } from "./live-transport.ts";

/** What a connection writes to its client. Nothing is written for a client that does not keep up. */
export interface Output {
  readonly send: (text: string) => void;
  /** Answers the command with this id. */
  readonly reply: (id: number, name: string, json: string) => void;
  readonly refuse: (id: number, error: CommandError) => void;
  /** @param isOneOfMany whether others may follow in this turn */
  readonly deliver: (batch: Batch, isOneOfMany: boolean) => void;
  /** Writes nothing from here on. */
  readonly stop: () => void;
}

interface OutputParts {
  readonly transport: LiveTransport;
  readonly maxQueuedBytes: number;
  /** More bytes wait for the client than may. */
  readonly onSlow: () => void;
}

export function createOutput({ transport, maxQueuedBytes, onSlow }: OutputParts): Output {
  let isOver = false;

  /** Looks at what waits before a message, so that one of any length reaches a client that keeps up. */
  const hasRoom = (): boolean => {
    if (isOver) return false;
    if (transport.queuedBytes() <= maxQueuedBytes) return true;
    onSlow();
    return false;
  };

  const send = (text: string): void => {
    if (hasRoom()) transport.send(text);
  };

  return {
    send,
    reply: (id, name, json) => send(`{"id":${id},"${name}":${json}}`),
    refuse: (id, error) => send(`{"id":${id},"error":${JSON.stringify(error)}}`),
    deliver: (batch, isOneOfMany) => {
      if (hasRoom()) transport.deliver(batch, isOneOfMany);
    },
    stop: () => {
      isOver = true;
    },
  };
}

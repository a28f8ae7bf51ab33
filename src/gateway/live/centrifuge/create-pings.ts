import { startTimer, stopTimer, type Timer } from "../../../timer.ts";

/** The pings of one connection, which are empty commands, and so are their answers. */
export interface Pings {
  readonly start: () => void;
  readonly onPong: () => void;
  readonly stop: () => void;
}

interface PingParts {
  readonly pingMs: number;
  readonly pongTimeoutMs: number;
  readonly send: () => void;
  readonly onNoPong: () => void;
}

export function createPings({ pingMs, pongTimeoutMs, send, onNoPong }: PingParts): Pings {
  let timer: Timer | undefined;
  let isPongDue = false;
  let isStopped = false;
  const wait = (ms: number, then: () => void): void => {
    stopTimer(timer);
    if (isStopped) return;
    timer = startTimer(ms, then);
    timer.unref();
  };
  const ping = (): void => {
    isPongDue = true;
    wait(pongTimeoutMs, onNoPong);
    send();
  };
  return {
    start: () => wait(pingMs, ping),
    onPong: () => {
      if (!isPongDue) return;
      isPongDue = false;
      wait(pingMs, ping);
    },
    stop: () => {
      isStopped = true;
      stopTimer(timer);
    },
  };
}

/** The lines of a client that wait for their turn. */
export interface LineQueue {
  /** Takes a message, which has one or more lines. */
  readonly add: (message: string) => void;
  /** Drops what waits, and takes nothing more; `onIdle` is called when nothing is in flight. */
  readonly drain: (onIdle: () => void) => void;
  readonly stop: () => void;
}

interface LineQueueParts {
  readonly maxInFlight: number;
  /** Characters that may wait, for transports that cannot be paused. */
  readonly maxChars: number;
  /** @returns the end of the command that was begun, which never rejects; `undefined` for a line without one */
  readonly run: (line: string) => Promise<void> | undefined;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly onOverflow: () => void;
}

/** Runs at most `maxInFlight` commands at the same time; while others wait, the client is not read. */
export function createLineQueue(parts: LineQueueParts): LineQueue {
  let waiting: string[] = [];
  let chars = 0;
  let inFlight = 0;
  let isPaused = false;
  let isStopped = false;
  let onIdle: (() => void) | undefined;

  const next = (): void => {
    let at = 0;
    while (!isStopped && at < waiting.length && inFlight < parts.maxInFlight) {
      const line = waiting[at++] ?? "";
      chars -= line.length;
      const command = parts.run(line);
      if (command === undefined) continue;
      inFlight++;
      void command.then(onDone);
    }
    if (isStopped) return;
    waiting.splice(0, at);
    if (waiting.length > 0 === isPaused) return;
    isPaused = !isPaused;
    if (isPaused) parts.pause();
    else parts.resume();
  };

  const onDone = (): void => {
    inFlight--;
    if (inFlight === 0) onIdle?.();
    next();
  };

  return {
    add: (message) => {
      if (isStopped || onIdle !== undefined) return;
      for (const line of message.split("\n")) {
        if (line.trim() === "") continue;
        waiting.push(line);
        chars += line.length;
      }
      if (chars > parts.maxChars) parts.onOverflow();
      else next();
    },
    drain: (then) => {
      onIdle = then;
      waiting = [];
      if (inFlight === 0) then();
    },
    stop: () => {
      isStopped = true;
      waiting = [];
    },
  };
}

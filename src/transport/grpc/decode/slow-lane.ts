import { Code } from "@connectrpc/connect";
import { nowMs } from "../../../clock.ts";
import { rpcError } from "../../../rpc-error.ts";

/** Work that may stop at each `yield`, a few milliseconds apart at most. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Runs long pieces of work in turns of the event loop, one after the other. */
interface SlowLane {
  /**
   * Returns the result if it takes a few milliseconds. Otherwise the work waits for its turns, in which `begin` may be
   * called again.
   *
   * @param isWanted asked before each turn; when it is false the work is dropped, and the promise rejects with CANCELED
   */
  run<T>(begin: () => Steps<T>, isWanted: () => boolean): T | Promise<T>;
}

/** How long one turn may take. Large answers are encoded in turns too, by src/frames/pace.ts. */
const turnMs = 10;
/** How long a first try may take while other work waits. */
const tryMs = 2;

interface Work {
  readonly begin: () => Steps<unknown>;
  readonly isWanted: () => boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  /** Present once it has begun. */
  steps: Steps<unknown> | undefined;
}

export function createSlowLane(): SlowLane {
  let waiting: Work[] = [];

  const takeTurn = (): void => {
    // Dropped at once, for each holds the bytes of a message.
    const { wanted = [], dropped = [] } = Object.groupBy(waiting, ({ isWanted }) =>
      isWanted() ? "wanted" : "dropped",
    );
    waiting = wanted;
    for (const { reject } of dropped) reject(rpcError("the call has ended", Code.Canceled));
    const work = waiting[0];
    if (work === undefined) return;
    work.steps ??= work.begin();
    try {
      const { done, value } = advance(work.steps, turnMs);
      if (done) {
        waiting.shift();
        work.resolve(value);
      }
    } catch (reason) {
      waiting.shift();
      work.reject(reason);
    }
    if (waiting.length > 0) setImmediate(takeTurn);
  };

  return {
    run: <T>(begin: () => Steps<T>, isWanted: () => boolean): T | Promise<T> => {
      const isFree = waiting.length === 0;
      const steps = begin();
      const { done, value } = advance(steps, isFree ? turnMs : tryMs);
      if (done) return value;
      return new Promise((resolve, reject) => {
        // What waits holds no objects but its bytes.
        waiting.push({
          begin,
          isWanted,
          resolve: resolve as Work["resolve"],
          reject,
          steps: isFree ? steps : undefined,
        });
        if (isFree) setImmediate(takeTurn);
      });
    },
  };
}

/** Runs work to its end in one go. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Runs work until it ends or the time is over. */
function advance<T>(steps: Steps<T>, ms: number): IteratorResult<undefined, T> {
  const until = nowMs() + ms;
  for (;;) {
    const result = steps.next();
    if (result.done || nowMs() >= until) return result;
  }
}

import { nowMs } from "../clock.ts";

/** How long work may go on before the event loop gets a turn, in ms: a call that comes meanwhile waits about so long. */
const sliceMs = 3;

/** Divides long work into slices, so that other calls are answered in between. */
export interface Pace {
  /** Whether the slice has lasted long enough. */
  isOver(): boolean;
  /** Resolves in a later turn of the event loop, with which a slice begins. */
  nextSlice(): Promise<void>;
}

/** Begins the first slice. */
export function startPace(): Pace {
  let began = nowMs();
  return {
    isOver: () => nowMs() - began > sliceMs,
    async nextSlice() {
      await nextTurn();
      began = nowMs();
    },
  };
}

/** The last turn that was given away: of all that wait, each gets one of its own. */
let lastTurn: Promise<void> = Promise.resolve();

function nextTurn(): Promise<void> {
  lastTurn = lastTurn.then(() => new Promise<void>(later));
  return lastTurn;
}

/** Browsers have no `setImmediate`. */
function later(run: () => void): void {
  if (typeof setImmediate === "function") setImmediate(run);
  else setTimeout(run, 0);
}

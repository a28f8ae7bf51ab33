/**
 * Makes a function that resolves at the end of this turn of the event loop, for all its callers at once: what several
 * requests send a plugin then leaves in one write, and a write costs as much as the rest of a small call.
 */
export function createTurnEnd(): () => Promise<void> {
  let turnEnd: Promise<void> | undefined;
  return () => {
    turnEnd ??= new Promise((resolve) => {
      setImmediate(() => {
        turnEnd = undefined;
        resolve();
      });
    });
    return turnEnd;
  };
}

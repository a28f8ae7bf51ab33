/**
 * Calls `onGone` when the process that started this one has ended: a plugin whose host was killed is
 * of no use to anyone. Compares with the parent at the start, not with 1, because in a container the
 * host may be process 1. Does not keep the process alive.
 *
 * @returns ends the watch
 */
export function watchParent(onGone: () => void): () => void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 500);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Collects what is to be flushed at the end of this turn of the event loop: all channels in one go, so that a client with
 * several of them gets one write.
 */
export function createFlushes(): (flush: () => void) => void {
  let dirty: (() => void)[] = [];
  return (flush) => {
    if (dirty.length === 0) {
      setImmediate(() => {
        const flushes = dirty;
        dirty = [];
        for (const each of flushes) each();
      });
    }
    dirty.push(flush);
  };
}

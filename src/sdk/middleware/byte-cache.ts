/** A bounded map whose entries expire. */
export interface ByteCache<T> {
  /** `undefined` where there is no entry, or none any more. */
  get(key: string): T | undefined;
  /** Does nothing with an entry that alone is over the bound. */
  set(key: string, value: T, bytes: number): void;
}

/** Bounds of a {@link ByteCache}. */
export interface ByteCacheOptions {
  readonly maxBytes: number;
  readonly maxEntries: number;
  readonly ttlMs: number;
  /** In milliseconds. */
  readonly now: () => number;
}

/** Makes a cache that drops the entries that were not used for longest, and those that are older than `ttlMs`. */
export function createByteCache<T>({ maxBytes, maxEntries, ttlMs, now }: ByteCacheOptions): ByteCache<T> {
  /** In the order of their last use, which is that of a `Map` if each use inserts anew. */
  const entries = new Map<string, { readonly value: T; readonly bytes: number; readonly until: number }>();
  let total = 0;
  const remove = (key: string): void => {
    total -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      if (entry.until <= now()) {
        total -= entry.bytes;
        return undefined;
      }
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value, bytes) => {
      remove(key);
      if (bytes > maxBytes || maxEntries < 1) return;
      entries.set(key, { value, bytes, until: now() + ttlMs });
      total += bytes;
      for (const oldest of entries.keys()) {
        if (total <= maxBytes && entries.size <= maxEntries) return;
        remove(oldest);
      }
    },
  };
}

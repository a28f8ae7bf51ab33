import type { Entry } from "./instance-entry.ts";

/** The entry that was not used for the longest time; one in use only if all others are. `undefined` without another. */
export function oldestEntry<Instance, Settings>(
  entries: Iterable<Entry<Instance, Settings>>,
  added: Entry<Instance, Settings>,
): Entry<Instance, Settings> | undefined {
  let oldest: Entry<Instance, Settings> | undefined;
  for (const entry of entries) {
    if (entry === added) continue;
    const isBetter =
      oldest === undefined ||
      (entry.uses === 0 && oldest.uses > 0) ||
      ((entry.uses === 0) === (oldest.uses === 0) && entry.lastUsed < oldest.lastUsed);
    if (isBetter) oldest = entry;
  }
  return oldest;
}

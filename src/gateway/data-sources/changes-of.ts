import type { DataSource } from "./data-source.ts";

/** The uids of data sources that differ between two times, for the log. Each list is left out where it would be empty. */
export interface DataSourceChanges {
  readonly added?: readonly string[];
  readonly changed?: readonly string[];
  readonly removed?: readonly string[];
}

/** Most uids of a list; the number of further ones follows them. */
const maxNamed = 20;

/** Compares the data sources before and after they were replaced, with their secrets, which are not in the result. */
export function changesOf(before: readonly DataSource[], after: readonly DataSource[]): DataSourceChanges {
  const earlier = new Map(before.map((each) => [each.uid, each]));
  const later = new Set(after.map(({ uid }) => uid));
  const changed = after.filter((each) => {
    const known = earlier.get(each.uid);
    return known !== undefined && textOf(known) !== textOf(each);
  });
  return {
    ...named(
      "added",
      after.filter(({ uid }) => !earlier.has(uid)),
    ),
    ...named("changed", changed),
    ...named(
      "removed",
      before.filter(({ uid }) => !later.has(uid)),
    ),
  };
}

/** With the time, which is another one where anything changed that a plugin is sent; the members have the rest. */
const textOf = (source: DataSource): string => JSON.stringify(source);

function named(list: keyof DataSourceChanges, sources: readonly DataSource[]): DataSourceChanges {
  if (sources.length === 0) return {};
  const uids = sources.slice(0, maxNamed).map(({ uid }) => uid);
  const more = sources.length - uids.length;
  return { [list]: more === 0 ? uids : [...uids, `and ${more} more`] };
}

type Link = Readonly<Record<string, unknown>>;

/** Number of errors of a tree that are looked at. */
const maxLinks = 64;

/**
 * An error, its causes and the errors of an `AggregateError`, such as the one of a host name with several addresses, in
 * the order in which Go searches: each before what it wraps. At most 64.
 */
export function errorLinks(error: unknown): readonly Link[] {
  const found: Link[] = [];
  collect(error, found, new Set());
  return found;
}

/** A property of a link, or `undefined` where reading it throws. */
export function read(link: Link, name: string): unknown {
  try {
    return link[name];
  } catch {
    return undefined;
  }
}

function collect(value: unknown, found: Link[], seen: Set<unknown>): void {
  if (typeof value !== "object" || value === null || seen.has(value) || found.length >= maxLinks) return;
  seen.add(value);
  const link = value as Link;
  found.push(link);
  collect(read(link, "cause"), found, seen);
  const errors = read(link, "errors");
  if (Array.isArray(errors)) for (const each of errors) collect(each, found, seen);
}

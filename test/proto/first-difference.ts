/**
 * Where two graphs of objects first differ, as a path such as `.messages.0.fields.1: 3 is not 4`; undefined when
 * they do not.
 *
 * Objects are equal when their prototypes and all of their own properties are, and when what is one object in
 * `a` is one in `b`. A function without parameters is equal to another when both give equal values on their
 * objects.
 */
export function firstDifference(a: unknown, b: unknown): string | undefined {
  const seen = new Map<object, object>();

  function compare(a: unknown, b: unknown, path: string): string | undefined {
    if (Object.is(a, b)) return undefined;
    if (typeof a === "object" && a !== null && typeof b === "object" && b !== null) {
      return compareObjects(a, b, path);
    }
    return `${path}: ${describe(a)} is not ${describe(b)}`;
  }

  function compareObjects(a: object, b: object, path: string): string | undefined {
    const known = seen.get(a);
    if (known !== undefined) return known === b ? undefined : `${path}: another object than before`;
    seen.set(a, b);

    const keys = sortedKeys(a);
    if (keys.join() !== sortedKeys(b).join()) return `${path}: ${keys} is not ${sortedKeys(b)}`;
    for (const key of keys) {
      const difference = compareProperty(a, b, key, `${path}.${key}`);
      if (difference !== undefined) return difference;
    }
    return compare(Object.getPrototypeOf(a), Object.getPrototypeOf(b), `${path}.[prototype]`);
  }

  function compareProperty(a: object, b: object, key: string, path: string): string | undefined {
    const ours: unknown = Reflect.get(a, key);
    const theirs: unknown = Reflect.get(b, key);
    if (typeof ours !== "function" || typeof theirs !== "function") return compare(ours, theirs, path);
    if (ours.length + theirs.length > 0) return `${path}: a function with parameters`;
    return compare(ours.call(a), theirs.call(b), `${path}()`);
  }

  return compare(a, b, "");
}

function sortedKeys(object: object): string[] {
  return Reflect.ownKeys(object).map(String).sort();
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

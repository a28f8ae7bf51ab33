/** A version as numbers; `undefined` stands for any. */
type Parts = readonly (number | undefined)[];

/** Tests a version. */
type Test = (version: readonly number[]) => boolean;

/**
 * Reads a range of versions in npm's notation, as `grafanaDependency` has it: `>=9.2.0`, `^10.4.0 || ^11`, `7.x`,
 * `>=11.6.0-0 <13`. Tags of pre-releases are ignored, as Grafana does.
 *
 * @returns a test for versions such as `12.4.0`; `undefined` for a text that is not a range
 */
export function parseVersionRange(range: string): ((version: string) => boolean) | undefined {
  const sets = range.split("||").map(parseSet);
  if (!sets.every((set) => set !== undefined)) return undefined;
  return (version) => {
    const numbers = (parseVersion(version) ?? []).map((part) => part ?? 0);
    return numbers.length > 0 && sets.some((set) => set.every((test) => test(numbers)));
  };
}

function parseSet(text: string): readonly Test[] | undefined {
  const hyphen = /^\s*(\S+)\s+-\s+(\S+)\s*$/.exec(text);
  const spelled = hyphen === null ? text : `>=${hyphen[1]} <=${hyphen[2]}`;
  const words = spelled
    .replace(/(<=|>=|=>|=<|[<>=~^])\s+/g, "$1")
    .trim()
    .split(/\s+/);
  const tests = words.map((word) => (word === "" ? () => true : parseTest(word)));
  return tests.every((test) => test !== undefined) ? tests : undefined;
}

function parseTest(word: string): Test | undefined {
  const [, sign = "", rest = ""] = /^(<=|>=|=>|=<|[<>=~^]?)(.*)$/.exec(word) ?? [];
  const parts = parseVersion(rest);
  if (parts === undefined) return undefined;
  const least = parts.map((part) => part ?? 0);
  const next = (index: number): readonly number[] =>
    least.map((part, at) => (at < index ? part : at === index ? part + 1 : 0));
  // The first part that is not given, or the one after the last.
  const free = parts.indexOf(undefined);
  const above = free === 0 ? undefined : next((free === -1 ? 3 : free) - 1);
  const isBelow =
    (end: readonly number[] | undefined): Test =>
    (version) =>
      end === undefined || compare(version, end) < 0;
  const isFrom: Test = (version) => compare(version, least) >= 0;
  switch (sign) {
    case ">=":
    case "=>":
      return isFrom;
    case "<":
      return isBelow(least);
    case "<=":
    case "=<":
      return isBelow(above);
    case ">":
      return (version) => above !== undefined && compare(version, above) >= 0;
    case "^": {
      const first = least.findIndex((part, index) => part > 0 || parts[index + 1] === undefined);
      return both(isFrom, isBelow(free === 0 ? undefined : next(first === -1 ? 2 : first)));
    }
    case "~":
      return both(isFrom, isBelow(free === 0 ? undefined : next(parts[1] === undefined ? 0 : 1)));
    default:
      return both(isFrom, isBelow(above));
  }
}

function both(first: Test, second: Test): Test {
  return (version) => first(version) && second(version);
}

/** Three parts. */
function parseVersion(text: string): Parts | undefined {
  const found = /^v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:[-+][0-9A-Za-z.+-]*)?$/.exec(
    text.trim(),
  );
  if (found === null) return undefined;
  const parts = found
    .slice(1)
    .map((part: string | undefined) => (part === undefined || /[xX*]/.test(part) ? undefined : Number(part)));
  // What follows a free part is free too.
  const free = parts.indexOf(undefined);
  return free === -1 ? parts : parts.map((part, index) => (index < free ? part : undefined));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < 3; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

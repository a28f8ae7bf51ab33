import { PluginError } from "../../errors.ts";

/**
 * The parameters of a pattern: `{ symbol: string }` for `prices/:symbol`. `*`, at the end, is the rest of the path under
 * the key `*`.
 */
export type PathParams<Pattern extends string> = string extends Pattern
  ? Readonly<Record<string, string>>
  : { readonly [Name in ParamNames<Pattern>]: string };

type ParamNames<Pattern extends string> = Pattern extends `${infer First}/${infer Rest}`
  ? ParamName<First> | ParamNames<Rest>
  : ParamName<Pattern>;

type ParamName<Segment extends string> = Segment extends `:${infer Name}`
  ? Name
  : Segment extends "*"
    ? "*"
    : never;

/** The route of a path, and the parts of the path that its pattern names. */
export interface PathMatch<Route> {
  readonly pattern: string;
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface CompiledPattern<Route> {
  readonly pattern: string;
  readonly segments: readonly string[];
  readonly route: Route;
}

/**
 * Finds the route of a path. Where several patterns match, that with the earlier fixed segment counts, then a parameter,
 * then `*`; the order of the patterns does not. A parameter is one segment that is not empty.
 *
 * @throws PluginError `invalid_option` for a pattern that no path can match, or two that match the same paths
 */
export function compilePaths<Route>(
  routes: Readonly<Record<string, Route>>,
): (path: string) => PathMatch<Route> | undefined {
  const compiled: CompiledPattern<Route>[] = Object.entries(routes).map(([pattern, route]) => ({
    pattern,
    segments: parsePattern(pattern),
    route,
  }));
  compiled.sort((one, other) => compareSegments(one.segments, other.segments));
  compiled.forEach(({ segments, pattern }, index) => {
    const next = compiled[index + 1];
    if (next === undefined || compareSegments(segments, next.segments) !== 0) return;
    throw new PluginError(
      "invalid_option",
      `the patterns ${JSON.stringify(pattern)} and ${JSON.stringify(next.pattern)} match the same paths: keep one of them`,
    );
  });
  return (path) => {
    const parts = path.split("/");
    for (const { pattern, segments, route } of compiled) {
      const params = match(segments, parts);
      if (params !== undefined) return { pattern, route, params };
    }
    return undefined;
  };
}

function parsePattern(pattern: string): readonly string[] {
  const segments = pattern.split("/");
  const names = segments.filter((segment) => segment.startsWith(":"));
  const refuse = (problem: string): PluginError =>
    new PluginError("invalid_option", `the pattern ${JSON.stringify(pattern)} ${problem}`);
  if (segments.some((segment) => segment === "")) {
    throw refuse("must have no empty segment: write it as prices/:symbol, without a slash at either end");
  }
  if (names.includes(":")) throw refuse("must have a name after each colon");
  if (new Set(names).size !== names.length) throw refuse("must have each name once");
  if (segments.slice(0, -1).includes("*")) throw refuse("must have * as its last segment");
  return segments;
}

/** Fixed segments before parameters before `*`, from left to right; equal for patterns that match the same paths. */
function compareSegments(one: readonly string[], other: readonly string[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const [left, right] = [one[index], other[index]];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    const byRank = rankOf(left) - rankOf(right);
    if (byRank !== 0) return byRank;
    if (rankOf(left) === 0 && left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function rankOf(segment: string): number {
  if (segment === "*") return 2;
  return segment.startsWith(":") ? 1 : 0;
}

function match(
  segments: readonly string[],
  parts: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const last = segments.at(-1);
  if (last === "*" ? parts.length < segments.length : parts.length !== segments.length) return undefined;
  const params: Record<string, string> = Object.create(null);
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? "";
    if (segment === "*") params["*"] = parts.slice(index).join("/");
    else if (segment.startsWith(":") && part !== "") params[segment.slice(1)] = part;
    else if (segment !== part) return undefined;
  }
  return params;
}

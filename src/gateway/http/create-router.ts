import { HttpFailure } from "./http-failure.ts";
import type { Route } from "./route.ts";

/** A route that fits a path. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
  readonly rest: string;
}

interface Compiled {
  readonly route: Route;
  readonly parts: readonly string[];
  readonly hasRest: boolean;
}

/**
 * Finds the route for a request: the first one in the list that fits. One slash at the end of a path is ignored, as by a
 * Grafana, except in the rest of it, which is given as it was sent.
 *
 * @returns of the finder: `undefined` if no route has the path
 * @throws HttpFailure of the finder: 405 if the path has other methods, 400 for percent encoding that cannot be read.
 */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match | undefined {
  const fixed = new Map<string, Compiled[]>();
  const open: Compiled[] = [];
  for (const route of routes) {
    const parts = route.pattern.split("/").slice(1);
    const hasRest = parts.at(-1) === "*";
    const compiled = { route, parts: hasRest ? parts.slice(0, -1) : parts, hasRest };
    if (hasRest || route.pattern.includes(":")) open.push(compiled);
    else fixed.set(route.pattern, [...(fixed.get(route.pattern) ?? []), compiled]);
  }
  return (method, path) => {
    const exact = fixed.get(path) ?? fixed.get(withoutLastSlash(path));
    const given = exact === undefined ? path.split("/").slice(1) : [];
    const fitting = exact ?? open.filter((each) => fits(each, given));
    const found = fitting.find(({ route }) => route.method === "*" || isMethod(route.method, method));
    if (found === undefined) {
      if (fitting.length === 0) return undefined;
      const allowed = [...new Set(fitting.map(({ route }) => route.method))].join(", ");
      throw new HttpFailure(405, `expected ${allowed}, got ${method}`, { headers: { Allow: allowed } });
    }
    return { route: found.route, params: paramsOf(found, given), rest: restOf(found, given) };
  };
}

/** HEAD is answered as GET, whose body the server leaves out. */
function isMethod(expected: string, method: string): boolean {
  return expected === method || (method === "HEAD" && expected === "GET");
}

function fits({ parts, hasRest }: Compiled, given: readonly string[]): boolean {
  const count = !hasRest && given.at(-1) === "" ? given.length - 1 : given.length;
  if (hasRest ? count < parts.length : count !== parts.length) return false;
  return parts.every((part, index) => (part.startsWith(":") ? given[index] !== "" : part === given[index]));
}

function paramsOf({ parts }: Compiled, given: readonly string[]): Readonly<Record<string, string>> {
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    if (part.startsWith(":")) params[part.slice(1)] = decodePart(given[index] ?? "");
  }
  return params;
}

function restOf({ parts, hasRest }: Compiled, given: readonly string[]): string {
  return hasRest ? given.slice(parts.length).join("/") : "";
}

/** Grafana's router drops one slash at the end of every path. */
export function withoutLastSlash(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}

/** @throws HttpFailure 400 */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new HttpFailure(400, "expected percent encoding of UTF-8 in the path", { cause });
  }
}

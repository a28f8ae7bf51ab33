/**
 * Whether a path of a URL may lead out of its folder at the server that gets it. A URL resolves `..` itself, escaped
 * dots too; what is left are separators that some servers decode before they look at the segments.
 */
export function refusedPath(pathname: string): boolean {
  // Twice, for servers behind a proxy that decodes too.
  const once = decode(pathname);
  const twice = once === undefined ? undefined : decode(once);
  if (once === undefined || twice === undefined) return true;
  return [pathname, once, twice].some(
    (path) => /[\\\0]/.test(path) || path.split("/").some((segment) => segment === ".." || segment === "."),
  );
}

/** Whether one of the patterns matches: a path, everything below one, or a regular expression for the whole path. */
export function isAllowedPath(pathname: string, patterns: readonly (string | RegExp)[]): boolean {
  return patterns.some((pattern) => {
    if (typeof pattern !== "string") return matchesWhole(pattern, pathname);
    const path = pattern.startsWith("/") ? pattern : `/${pattern}`;
    return path.endsWith("/*") ? pathname.startsWith(path.slice(0, -1)) : pathname === path;
  });
}

/** Not `test`, which a regular expression with `g` starts at its last match. */
function matchesWhole(pattern: RegExp, pathname: string): boolean {
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gym]/g, "")).test(pathname);
}

/** `undefined` for escapes that are not UTF-8. */
function decode(path: string): string | undefined {
  try {
    // A single percent sign is no escape, in paths that were decoded once.
    return decodeURIComponent(path.replace(/%(?![0-9A-Fa-f]{2})/g, "%25"));
  } catch {
    return undefined;
  }
}

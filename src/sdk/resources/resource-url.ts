import type { CallResourceRequest } from "../../../gen/es/v2/pluginv2/backend_pb.js";

/**
 * The origin of the URLs that handlers get: hosts send only what follows the plugin's own path. A name of the top level
 * domain `invalid` is never resolved, so that a request to it by mistake reaches nobody.
 */
export const origin = "http://plugin.invalid";

/** Paths that a URL keeps as they are: no escapes, and no dot at the begin of a segment. */
const plain = /^(?:[\w~-][\w~.-]*(?:\/|$))*$/;
const plainQuery = /^[\w~.=&%+-]*$/;

/**
 * The URL of a resource call: its path, and the query of its `url`, as the Go SDK joins them. `.` and `..` are resolved,
 * and never lead above the root.
 */
export function resourceUrl({ path, url }: Pick<CallResourceRequest, "path" | "url">): string {
  const relative = path.startsWith("/") ? path.slice(1) : path;
  const query = queryOf(url);
  const search = query === "" ? "" : `?${query}`;
  if (plain.test(relative) && plainQuery.test(query)) return `${origin}/${relative}${search}`;
  return new URL(`${origin}/${escapePath(relative)}${search}`).href;
}

/**
 * The `Location` of a redirect. One to the handlers' own origin becomes relative to the path of the request, because the
 * caller sees that path below another one.
 */
export function relativeLocation(location: string, requestUrl: string): string {
  const isOwn = location === origin || location.startsWith(`${origin}/`);
  if (!isOwn) return location;
  const { pathname } = new URL(requestUrl);
  const depth = pathname.split("/").length - 2;
  const target = location.slice(origin.length + 1);
  return depth === 0 ? `./${target}` : `${"../".repeat(depth)}${target}`;
}

function queryOf(url: string): string {
  const begin = url.indexOf("?");
  if (begin === -1) return "";
  const end = url.indexOf("#", begin);
  return url.slice(begin + 1, end === -1 ? undefined : end);
}

/** What would end the path or be another separator. Escapes that are there stay. */
function escapePath(path: string): string {
  return path.replace(/[?#\\]|%(?![0-9A-Fa-f]{2})/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

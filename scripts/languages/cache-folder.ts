import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder for the tools and the build caches of a language, outside the checkout: below GPP_CACHE_DIR, else
 * XDG_CACHE_HOME, else ~/.cache. It may be deleted at any time.
 */
export function cacheFolder(language: string): string {
  const own = process.env["GPP_CACHE_DIR"];
  const system = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(own || join(system, "grafana-plugin-protocol"), language);
}

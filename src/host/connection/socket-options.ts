import { isAbsolute } from "node:path";
import { invalidOption, systemTextOption } from "../../option-checks.ts";

/** What a handshake line cannot carry: its separator, and what would end it or not show. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const notInHandshakeLine = /[|\u0000-\u001f\u007f]/;

/** Whether a plugin can name a socket in this directory in its handshake line. */
export function fitsHandshakeLine(directory: string): boolean {
  return !notInHandshakeLine.test(directory);
}

/**
 * Gives the option `socketDirectory` back.
 *
 * @throws PluginError `invalid_option` for a relative path: the plugin would look for it in its own working directory;
 *   and for one with characters that a handshake line cannot carry.
 */
export function socketDirectoryOption(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  systemTextOption("socketDirectory", path);
  if (!isAbsolute(path)) throw invalidOption("socketDirectory", "an absolute path", path);
  if (!fitsHandshakeLine(path)) {
    throw invalidOption(
      "socketDirectory",
      'a path without "|" and control characters, which a handshake line cannot carry',
      path,
    );
  }
  return path;
}

/**
 * Gives the option `socketGroup` back as a text.
 *
 * @throws PluginError `invalid_option` for what is neither a name nor a number from 0 on.
 */
export function socketGroupOption(group: string | number | undefined): string | undefined {
  if (group === undefined) return undefined;
  if (typeof group === "number" && Number.isInteger(group) && group >= 0) return String(group);
  if (typeof group !== "string")
    throw invalidOption("socketGroup", "the name or the number of a group", group);
  return systemTextOption("socketGroup", group);
}

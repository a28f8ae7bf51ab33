import { isAbsolute } from "node:path";
import { invalidOption, systemTextOption } from "../../option-checks.ts";

/** Characters that a handshake line cannot carry: its separator, and control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const notInHandshakeLine = /[|\u0000-\u001f\u007f]/;

/** Whether a handshake line can carry the path of a socket in this directory. */
export function fitsHandshakeLine(directory: string): boolean {
  return !notInHandshakeLine.test(directory);
}

/**
 * Checks the option `socketDirectory` and returns it.
 *
 * @throws PluginError `invalid_option` for a relative path, which the plugin would resolve against its own working
 *   directory, and for a path with characters that a handshake line cannot carry.
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
 * Checks the option `socketGroup` and returns it as text.
 *
 * @throws PluginError `invalid_option` for a value that is neither a name nor a number >= 0.
 */
export function socketGroupOption(group: string | number | undefined): string | undefined {
  if (group === undefined) return undefined;
  if (typeof group === "number" && Number.isInteger(group) && group >= 0) return String(group);
  if (typeof group !== "string")
    throw invalidOption("socketGroup", "the name or the number of a group", group);
  return systemTextOption("socketGroup", group);
}

import { invalidOption, listOption, objectOption, systemTextOption } from "../../option-checks.ts";

/**
 * The environment variable by which a go-plugin executable recognises that a host started it. It helps people who run a
 * plugin by hand; it is not a security measure.
 */
export interface MagicCookie {
  /** Name of the environment variable. */
  readonly key: string;
  /** Values that a plugin accepts; a host sends the first. */
  readonly values: readonly [string, ...string[]];
}

/** The text that a plugin prints to stderr before it exits with {@link magicCookieExitCode}. Same text as go-plugin's. */
export const magicCookieText: string =
  "This binary is a plugin. These are not meant to be executed directly.\n" +
  "Please execute the program that consumes these plugins, which will\n" +
  "load any plugins automatically\n";

/** Exit code of a plugin that was not started by a host. */
export const magicCookieExitCode = 1;

/** Whether the environment has one of the cookie's values. An empty key or value never matches, as in go-plugin. */
export function hasMagicCookie(
  cookie: MagicCookie,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const seen = cookie.key === "" ? undefined : env[cookie.key];
  return seen !== undefined && seen !== "" && cookie.values.includes(seen);
}

/**
 * Checks the option `cookie`.
 *
 * @throws PluginError `invalid_option` for a name or values that an environment variable cannot have.
 */
export function magicCookieOption(cookie: MagicCookie): MagicCookie {
  const { key, values } = objectOption("cookie", cookie, "an object { key, values }");
  systemTextOption("cookie.key", key);
  if (key.includes("=")) throw invalidOption("cookie.key", 'a name without "="', key);
  listOption("cookie.values", values, "a list of strings", (name, value) => {
    systemTextOption(name, value);
  });
  if (values.length < 1) throw invalidOption("cookie.values", "a list of at least one string", values);
  return cookie;
}

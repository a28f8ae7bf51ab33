import {
  describeValue,
  invalidOption,
  listOption,
  objectOption,
  systemTextOption,
} from "../../option-checks.ts";

/**
 * Checks the option `env` and returns it. Values may be secrets, so error texts do not contain them.
 *
 * @throws PluginError `invalid_option` for a value that is not an object of strings, and for strings that the system
 *   cannot pass on.
 */
export function environmentOption(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(objectOption("env", env, "an object of strings"))) {
    if (name === "" || /[=\0]/.test(name)) {
      throw invalidOption("a name in env", 'without "=" and NUL characters, and not empty', name);
    }
    const option = `env[${describeValue(name)}]`;
    if (value === undefined) {
      throw invalidOption(option, "a string; leave the name out when there is none", value);
    }
    systemTextOption(option, value, { isEmptyAllowed: true, isSecret: true });
  }
  return env;
}

/**
 * Checks the option `inheritEnv` and returns it.
 *
 * @throws PluginError `invalid_option`.
 */
export function inheritEnvOption(value: boolean | readonly string[]): boolean | readonly string[] {
  if (typeof value === "boolean") return value;
  return listOption("inheritEnv", value, "true, false or a list of names", (name, entry) => {
    systemTextOption(name, entry);
  });
}

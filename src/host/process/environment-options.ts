import {
  describeValue,
  invalidOption,
  listOption,
  objectOption,
  systemTextOption,
} from "../../option-checks.ts";

/**
 * Gives the option `env` back. Values may be secrets, and are in no message.
 *
 * @throws PluginError `invalid_option` for what is no object of strings, and for what the system cannot pass on.
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
 * Gives the option `inheritEnv` back.
 *
 * @throws PluginError `invalid_option`.
 */
export function inheritEnvOption(value: boolean | readonly string[]): boolean | readonly string[] {
  if (typeof value === "boolean") return value;
  return listOption("inheritEnv", value, "true, false or a list of names", (name, entry) => {
    systemTextOption(name, entry);
  });
}

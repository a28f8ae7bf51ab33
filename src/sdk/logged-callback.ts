import { isThenable } from "../handlers/is-thenable.ts";
import { functionOption } from "../option-checks.ts";
import { createLogger } from "../plugin/create-logger.ts";

/**
 * Wraps a callback of the plugin's author so that it never throws: what it throws is logged. As an uncaught exception it
 * would end the plugin, and with it the calls of all users.
 *
 * @returns `undefined` if the option is absent
 * @throws PluginError `invalid_option` if it is not a function.
 */
export function loggedCallback<A extends readonly unknown[]>(
  name: string,
  value: ((...args: A) => unknown) | null | undefined,
): ((...args: A) => void) | undefined {
  if (value === undefined || value === null) return undefined;
  const callback = functionOption<(...args: A) => unknown>(name, value);
  const report = (error: unknown): void => createLogger().error(`the callback ${name} failed`, { error });
  return (...args) => {
    try {
      const result = callback(...args);
      if (isThenable(result)) Promise.resolve(result).catch(report);
    } catch (reason) {
      report(reason);
    }
  };
}

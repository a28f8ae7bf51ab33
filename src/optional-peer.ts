import { errorCode, messageOf } from "./errors.ts";

/**
 * Makes a handler for a failed `import()` of an optional peer: `await import("undici").catch(ifMissing("undici", …))`.
 * It answers only if that package itself is not installed. A package that is there and cannot be loaded, because it is
 * broken or a dependency of it is missing, is another error, which the advice to install it would hide: it is thrown as
 * it is.
 *
 * @param answer takes the place of the package, or throws an error that says what needs it
 */
export function ifMissing<T>(name: string, answer: (cause: unknown) => T): (reason: unknown) => T {
  return (reason) => {
    if (isMissing(name, reason)) return answer(reason);
    throw reason;
  };
}

/** The texts are those of Node, Bun and Jest, and of Yarn without node_modules. The code is the same for any package. */
function isMissing(name: string, reason: unknown): boolean {
  if (!/^(ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND)$/.test(errorCode(reason) ?? "")) return false;
  const [, quoted, accessed] =
    /^Cannot find (?:package|module) ['"]([^'"]+)['"]|\btried to access (\S+?),? /.exec(messageOf(reason)) ??
    [];
  return quoted === name || accessed === name;
}

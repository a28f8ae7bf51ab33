import type { Language } from "./language.ts";

/**
 * What is left out without the toolchain of a language, in one line to print; `undefined` when it is there.
 *
 * @throws Error if it is missing and REQUIRE_<LANGUAGE> is set.
 */
export async function missingToolchain(language: Language): Promise<string | undefined> {
  const missing = await language.findToolchain();
  if (missing === undefined) return undefined;
  const variable = `REQUIRE_${language.name.toUpperCase()}`;
  if (process.env[variable]) throw new Error(`${variable} is set, and there is ${missing}`);
  return `needs the toolchain of ${language.title}, and there is ${missing}`;
}

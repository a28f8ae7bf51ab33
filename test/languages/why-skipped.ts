import type { Language } from "../../scripts/languages/language.ts";
import { missingToolchain } from "../../scripts/languages/missing-toolchain.ts";

const isWanted = Boolean(process.env["CI"] || process.env["TEST_LANGUAGES"]);

/** Why the tests of a language are left out: its toolchain is missing, or they are only for CI and TEST_LANGUAGES. */
export async function whySkipped(language: Language): Promise<string | false> {
  const missing = await missingToolchain(language);
  if (missing !== undefined) return missing;
  return isWanted ? false : "the first build takes minutes and the network: set TEST_LANGUAGES=1";
}

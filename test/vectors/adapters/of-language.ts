import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Language } from "../../../scripts/languages/language.ts";
import { missingToolchain } from "../../../scripts/languages/missing-toolchain.ts";
import { packageRoot } from "../../../scripts/proto/run-tool.ts";
import type { Form } from "../vector.ts";
import type { Adapter } from "./adapter.ts";

/** Languages whose libraries have no JSON mapping. */
const withoutJson: readonly string[] = ["rust"];

/** Whether the adapter of a language is written. */
export function hasAdapter({ name }: Language): boolean {
  return existsSync(join(packageRoot, "test", "vectors", "adapters", name));
}

/** The adapter of a language of scripts/languages, which builds it. REQUIRE_<LANGUAGE> makes a missing toolchain an error. */
export function adapterOf(language: Language): Adapter {
  const forms: readonly Form[] = withoutJson.includes(language.name) ? ["binary"] : ["binary", "json"];
  return {
    name: language.name,
    title: language.title,
    forms,
    find: async () => {
      const missing = await missingToolchain(language);
      if (missing !== undefined) return { missing };
      await language.install();
      const { command, args } = await language.buildVectors();
      return { command: [command, ...args] };
    },
  };
}

// Installs the tools of each language and builds its example and its adapter of the vectors, so that tests find them built.
import { runSteps } from "../run-steps.ts";
import { languages } from "./index.ts";
import { missingToolchain } from "./missing-toolchain.ts";

const failed = await runSteps(
  languages.map((language) => ({
    name: `build for ${language.title}`,
    run: async () => {
      const missing = await missingToolchain(language);
      if (missing !== undefined) return `left out: ${missing}`;
      await language.install();
      await language.buildExample();
      await language.buildVectors();
      return "";
    },
  })),
);
process.exitCode = failed === 0 ? 0 : 1;

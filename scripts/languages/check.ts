// Builds what each language publishes, installs it in an empty project and runs a program from there.
import { runSteps } from "../run-steps.ts";
import { languages } from "./index.ts";
import { missingToolchain } from "./missing-toolchain.ts";

const failed = await runSteps(
  languages.map((language) => ({
    name: `package for ${language.title}`,
    run: async () => {
      const missing = await missingToolchain(language);
      if (missing !== undefined) return `left out: ${missing}`;
      await language.install();
      return await language.checkPackage();
    },
  })),
);
process.exitCode = failed === 0 ? 0 : 1;

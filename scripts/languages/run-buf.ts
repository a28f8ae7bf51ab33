import { delimiter, join } from "node:path";
import { packageRoot } from "../proto/run-tool.ts";
import { runChecked } from "./run-checked.ts";

/**
 * Writes the bindings of the protos of `root` by the template of a language's package. The plugins that the template names
 * are relative to the checkout, in which buf runs.
 *
 * @param tools folders with further programs of the template
 */
export async function runBuf(
  language: string,
  root: string,
  outDir: string,
  tools: readonly string[] = [],
): Promise<void> {
  const template = join(packageRoot, "packages", language, "buf.gen.yaml");
  const path = [...tools, join(packageRoot, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
  await runChecked("buf", ["generate", root, "--template", template, "--output", outDir], packageRoot, {
    ...process.env,
    PATH: path,
    // Generators in Python write no bytecode into the checkout.
    PYTHONDONTWRITEBYTECODE: "1",
  });
}

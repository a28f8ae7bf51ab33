import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

// In a folder of their own: a package.json here would end the package that these tests import by its name.
const manifests = join(import.meta.dirname, "modules");
const folder = join(import.meta.dirname, "..", "..", ".build", "gateway-clients");

/** Where the packages of modules/package.json are, once {@link installModules} has installed them. */
export const modulesFolder: string = join(folder, "node_modules");

/** Installs the frontend of Grafana and what else pages need below .build, unless it is there. No script of it runs. */
export async function installModules(): Promise<void> {
  const wanted = readFileSync(join(manifests, "package-lock.json"), "utf8");
  const installed = join(folder, "installed.json");
  if (existsSync(installed) && readFileSync(installed, "utf8") === wanted) return;
  mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) {
    copyFileSync(join(manifests, file), join(folder, file));
  }
  await promisify(execFile)(
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: folder,
    },
  );
  writeFileSync(installed, wanted);
}

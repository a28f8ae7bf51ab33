// Checks the licences of the production dependencies of package-lock.json, by the
// manifests in node_modules. Works offline.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Licences that may be combined with Apache-2.0 without a condition on the users' own code. */
const allowed: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "(Apache-2.0 AND BSD-3-Clause)",
  "ISC",
  "MIT",
]);

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** Each production dependency of a folder with its licence. */
export function productionLicences(root: URL): { readonly name: string; readonly licence: string }[] {
  const lock: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
    readFileSync(new URL("package-lock.json", root), "utf8"),
  );
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== "" && dev !== true)
    .map(([path]) => {
      const manifest: { name: string; version: string; license?: unknown } = JSON.parse(
        readFileSync(new URL(`${path}/package.json`, root), "utf8"),
      );
      return { name: `${manifest.name} ${manifest.version}`, licence: String(manifest.license ?? "none") };
    });
}

/** The problems of the licences; an empty list when all are allowed. */
export function licenceProblems(root: URL): string[] {
  return productionLicences(root)
    .filter(({ licence }) => !allowed.has(licence))
    .map(
      ({ name, licence }) =>
        `${name} has the licence ${licence}, which scripts/package/licences.ts does not list`,
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = licenceProblems(new URL("../../", import.meta.url));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

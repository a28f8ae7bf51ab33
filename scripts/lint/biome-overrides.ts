import { relative } from "node:path/posix";
import { type Boundary, keptPackages } from "./boundaries.ts";

/** One entry of `overrides` in a biome configuration. */
interface BiomeOverride {
  readonly includes: readonly string[];
  readonly linter: { readonly rules: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

/** Biome sees only the specifier of an import, so each depth of a folder needs its own patterns. */
const depths = [0, 1, 2];

/** The overrides of biome.json that enforce the boundaries. A later one replaces those before it for the same file. */
export function biomeOverrides(boundaries: readonly Boundary[]): readonly BiomeOverride[] {
  const arrows = boundaries.flatMap((boundary) =>
    (boundary.isRoot ? [0] : depths).map((depth) => restrictImports(boundary, depth)),
  );
  const forBrowsers = boundaries.filter((boundary) => boundary.isForBrowsers);
  return [
    ...arrows,
    {
      includes: forBrowsers.map(({ folder, isRoot }) => (isRoot ? `${folder}/*.ts` : `${folder}/**`)),
      linter: { rules: { correctness: { noNodejsModules: "error" } } },
    },
  ];
}

function restrictImports(boundary: Boundary, depth: number): BiomeOverride {
  const { folder, mayImport, packages = [], isRoot = false, why } = boundary;
  const here = `${folder}${"/deeper".repeat(depth)}`;
  const refusedPackages = keptPackages.filter((name) => !packages.includes(name));
  const group = [
    `${"../".repeat(depth + 1)}**`,
    ...(isRoot ? ["./**"] : []),
    ...mayImport.map((path) => `!${specifierPattern(here, path)}`),
    "**/index.ts",
    "grafana-plugin-protocol",
    "grafana-plugin-protocol/**",
    "**/cli/**",
    ...refusedPackages.flatMap((name) => [name, `${name}/**`]),
  ];
  return {
    includes: [`${folder}${"/*".repeat(depth)}/*.ts`],
    linter: {
      rules: {
        style: {
          noRestrictedImports: { level: "error", options: { patterns: [{ group, message: why }] } },
        },
      },
    },
  };
}

function specifierPattern(from: string, path: string): string {
  const way = relative(from, path);
  const specifier = way.startsWith("../") ? way : `./${way}`;
  return path.endsWith(".ts") ? specifier : `${specifier}/**`;
}

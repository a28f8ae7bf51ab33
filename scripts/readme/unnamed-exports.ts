import type { PublicExport } from "../package/public-exports.ts";

/**
 * The functions and other values that no page names: nobody finds them. Types are left out, because the functions that
 * take and return them lead to them, and so is what is generated from the contract.
 */
export function unnamedExports(
  exported: readonly PublicExport[],
  pages: readonly string[],
): readonly PublicExport[] {
  const words = new Set(pages.flatMap((page) => page.match(/[A-Za-z_$][\w$]*/g) ?? []));
  return exported.filter(({ isType, file, name }) => !isType && file.startsWith("src/") && !words.has(name));
}

import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { root } from "../readme/pages.ts";

/** A name that a subpath of the package exports. */
export interface PublicExport {
  /** As `exports` of package.json has it, such as `./sdk`. */
  readonly subpath: string;
  readonly name: string;
  readonly isType: boolean;
  /** The file that declares it, from the root of the package; of another package its name. */
  readonly file: string;
}

/** The condition under which `exports` names the sources. */
const source = "grafana-plugin-protocol-source";

/** Everything that the subpaths export. An `index.ts` has explicit exports only, so its text is enough. */
export function publicExports(): readonly PublicExport[] {
  const manifest: { readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>> } =
    JSON.parse(read("package.json"));
  return Object.entries(manifest.exports).flatMap(([subpath, entry]) => {
    const path = typeof entry === "string" ? undefined : entry[source];
    return path === undefined ? [] : exportsIn(subpath, posix.normalize(path), read(path));
  });
}

/** @throws Error for an `index.ts` with anything else than exports of other files */
function exportsIn(subpath: string, index: string, text: string): readonly PublicExport[] {
  const statements = /export (?<type>type )?\{(?<names>[^}]*)\} from "(?<from>[^"]+)";/g;
  const rest = text.replace(statements, "").replace(/\/\*.*?\*\/|\/\/.*/gs, "");
  if (rest.trim() !== "")
    throw new Error(`expected only exports in ${index}, got ${rest.trim().slice(0, 80)}`);
  return [...text.matchAll(statements)].flatMap(({ groups }) => {
    const { type, names = "", from = "" } = groups ?? {};
    const file = from.startsWith(".") ? posix.join(posix.dirname(index), from) : from;
    return names
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map((part) => ({
        subpath,
        name: part.replace(/^type /, "").replace(/^.* as /, ""),
        isType: type !== undefined || part.startsWith("type "),
        file,
      }));
  });
}

function read(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}

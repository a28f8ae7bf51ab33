/**
 * The types that public signatures name: each can be imported from the subpath whose signatures name it. Only types
 * that all subpaths share come from their own subpath: `.`, `./frames` and the majors.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { after, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Node, SyntaxKind } from "typescript/unstable/ast";
import { API, type Project, SymbolFlags, type Symbol as TypeSymbol } from "typescript/unstable/sync";

const root = fileURLToPath(new URL("../../", import.meta.url));
const source = "grafana-plugin-protocol-source";
const shared = [".", "./frames", "./v1", "./v2"];

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

const manifest: Manifest = JSON.parse(await readFile(`${root}package.json`, "utf8"));
const files = new Map(
  Object.entries(manifest.exports).flatMap(([subpath, entry]) => {
    const path = typeof entry === "string" ? undefined : entry[source];
    return path === undefined ? [] : [[subpath, `${root}${path.slice(2)}`] as const];
  }),
);

suite("a type that a public signature names can be imported beside it", () => {
  const api = new API({ cwd: root });
  after(() => api.close());
  const config = `${root}tsconfig.json`;
  const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
  if (project === undefined) throw new Error("expected the project of tsconfig.json");

  for (const [subpath, file] of files) {
    test(subpath, () => {
      const exported = exportsOf(project, file);
      const others = shared.flatMap((name) => exportsOf(project, files.get(name) ?? name));

      assert.ok(exported.length > 0);
      assert.deepEqual(missing(project, exported, others), []);
    });
  }

  test("what no file exports, and values, are followed to the types that they name", () => {
    const exported = exportsOf(project, `${root}test/package/fixtures/signature.ts`);

    assert.deepEqual(missing(project, exported, exportsOf(project, files.get("./frames") ?? "")), [
      "ask names PluginError",
      "defaults names PluginErrorCode",
    ]);
  });
});

/** What a module exports, aliases followed. */
function exportsOf(project: Project, file: string): TypeSymbol[] {
  const module = project.program.getSourceFile(file);
  const symbol = module === undefined ? undefined : project.checker.getSymbolAtLocation(module);
  if (symbol === undefined) throw new Error(`expected a module at ${file}`);
  return project.checker.getExportsOfModule(symbol).map((each) => withoutAlias(project, each));
}

function withoutAlias({ checker }: Project, symbol: TypeSymbol): TypeSymbol {
  return (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

/** The types of ours that the declarations of `exported` name, and that are neither in it nor in `others`. */
function missing(
  project: Project,
  exported: readonly TypeSymbol[],
  others: readonly TypeSymbol[],
): readonly string[] {
  const known = new Set([...exported, ...others].map(({ id }) => id));
  const found = new Set<string>();
  for (const symbol of exported) {
    const seen = new Set<number>();
    const follow = (declared: TypeSymbol): void => {
      for (const named of typesNamedBy(project, declared)) {
        if (known.has(named.id) || seen.has(named.id)) continue;
        seen.add(named.id);
        if (isType(named) && isExportedByItsFile(project, named))
          found.add(`${symbol.name} names ${named.name}`);
        else follow(named);
      }
    };
    follow(symbol);
  }
  return [...found].sort();
}

/** The types of ours that the declarations of a symbol name. */
function typesNamedBy(project: Project, symbol: TypeSymbol): readonly TypeSymbol[] {
  const names = symbol.declarations
    .filter(({ path }) => isOurs(path))
    .flatMap((declaration) => typeNamesIn(declaration.resolve(project)));
  if (names.length === 0) return [];
  return project.checker
    .getSymbolAtLocation(names)
    .flatMap((named) => (named === undefined ? [] : [withoutAlias(project, named)]))
    .filter(({ flags }) => (flags & SymbolFlags.TypeParameter) === 0)
    .filter(({ declarations }) => declarations.some(({ path }) => isOurs(path)));
}

function isOurs(path: string): boolean {
  return /^(src|gen)\//.test(relative(root, path)) || path.includes("/test/package/fixtures/");
}

/** Other than what `typeof` names. */
function isType({ flags }: TypeSymbol): boolean {
  return (flags & SymbolFlags.Type) !== 0;
}

function isExportedByItsFile(project: Project, { declarations }: TypeSymbol): boolean {
  return declarations.some((declaration) => hasExport(declaration.resolve(project)));
}

/** Whether `export` stands before a declaration, or before the statement that it is a part of. */
function hasExport(node: Node | undefined): boolean {
  if (node === undefined || node.kind === SyntaxKind.SourceFile) return false;
  return hasModifier(node, SyntaxKind.ExportKeyword) || hasExport(node.parent);
}

function hasModifier(node: Node, keyword: SyntaxKind): boolean {
  return (node as Parts).modifiers?.some(({ kind }) => kind === keyword) ?? false;
}

/** The parts of a node that this test reads, of whichever kind it is. */
interface Parts {
  readonly typeName?: Node;
  readonly exprName?: Node;
  readonly expression?: Node;
  readonly left?: Node;
  readonly name?: Node;
  readonly type?: Node;
  readonly initializer?: Node;
  readonly modifiers?: readonly Node[];
}

/** The names of types in a declaration that its `.d.ts` has, too. */
function typeNamesIn(declaration: Node | undefined): readonly Node[] {
  const names: Node[] = [];
  const visit = (node: Node): void => {
    const name = nameOfType(node);
    if (name !== undefined) names.push(firstOf(name));
    node.forEachChild((child) => {
      if (!isLeftOut(child, node)) visit(child);
    });
  };
  if (declaration !== undefined) visit(declaration);
  return names;
}

function nameOfType(node: Node): Node | undefined {
  const { typeName, exprName, expression } = node as Parts;
  if (node.kind === SyntaxKind.TypeReference) return typeName;
  if (node.kind === SyntaxKind.TypeQuery) return exprName;
  return node.kind === SyntaxKind.ExpressionWithTypeArguments ? expression : undefined;
}

/** `Kind` of `Kind.Member`. */
function firstOf(name: Node): Node {
  const { left } = name as Parts;
  return left === undefined ? name : firstOf(left);
}

/** Bodies, values that have a type, and private members. */
function isLeftOut(node: Node, parent: Node): boolean {
  const { initializer, type } = parent as Parts;
  const { name } = node as Parts;
  return (
    node.kind === SyntaxKind.Block ||
    (node === initializer && type !== undefined) ||
    name?.kind === SyntaxKind.PrivateIdentifier ||
    hasModifier(node, SyntaxKind.PrivateKeyword)
  );
}

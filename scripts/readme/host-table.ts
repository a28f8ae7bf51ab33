import { languages } from "../languages/index.ts";

/** The page with the table of plugins and hosts. */
export const hostTablePage = "docs/compatibility.md";

const marks = ["<!-- hosts: written by npm run readme:sync -->", "<!-- /hosts -->"] as const;

/** The tests that start the example of a language, by host: the titles that `npm run readme:tests` looks for. */
const hosts: readonly { readonly title: string; readonly cell: (plugin: string) => string }[] = [
  {
    title: "our host, TypeScript",
    cell: (plugin) =>
      `v2, v1: \`languages/typescript-host\` "TypeScript host × ${plugin} plugin × v2", "TypeScript host × ${plugin} plugin × v1"`,
  },
  {
    title: "official Go host",
    cell: (plugin) =>
      `v2, v1: \`languages/go-host\` "Go host × ${plugin} plugin × v2", "Go host × ${plugin} plugin × v1"`,
  },
  {
    title: "host of packages/go",
    cell: (plugin) =>
      `v2, v1: \`languages/go-package\` "host of packages/go × ${plugin} plugin × weather v2", "host of packages/go × ${plugin} plugin × weather v1"`,
  },
  {
    title: "host of packages/python",
    cell: (plugin) => `v2: \`languages/python-host\` "Python host × ${plugin} weather plugin"`,
  },
];

/** The rows of plugins that are not in scripts/languages: the tests that start them. */
const others: readonly (readonly string[])[] = [
  [
    "TypeScript",
    'v2, v1: `interop/matrix` "TypeScript host × TypeScript plugin × v2 over unix", "TypeScript host × TypeScript plugin × v1 over unix"',
    'v2, v1: `interop/matrix` "Go host × TypeScript plugin × v2 over unix", "Go host × TypeScript plugin × v1 over unix"',
    'v2, v1: `languages/go-package` "host of packages/go × TypeScript weather plugin × weather v2", "host of packages/go × TypeScript weather plugin × weather v1"',
    'v2, v1: `languages/python-host` "Python host × TypeScript plugin × v2", "Python host × TypeScript plugin × v1"',
  ],
  [
    "Go, official SDK",
    'v2, v1: `interop/matrix` "TypeScript host × Go plugin × v2 over unix", "TypeScript host × Go plugin × v1 over unix"',
    'v2, v1: `interop/matrix` "Go host × Go plugin × v2 over unix", "Go host × Go plugin × v1 over unix"',
    "not tested",
    'v2, v1: `languages/python-host` "Python host × official Go plugin × v2", "Python host × official Go plugin × v1"',
  ],
];

/** Writes the table between the marks of the page, in place of what is there. */
export function fillHostTable(markdown: string): string {
  const [begin, end] = [markdown.indexOf(marks[0]), markdown.indexOf(marks[1])];
  if (begin === -1 || end < begin)
    throw new Error(`expected ${marks.join(" and then ")} in ${hostTablePage}: put them back`);
  const head = ["plugin", ...hosts.map(({ title }) => title)];
  const rows = [
    head,
    head.map(() => "---"),
    ...others,
    ...languages.map(({ title }) => [title, ...hosts.map(({ cell }) => cell(title))]),
  ];
  const table = rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
  return `${markdown.slice(0, begin)}${marks[0]}\n\n${table}\n\n${markdown.slice(end)}`;
}

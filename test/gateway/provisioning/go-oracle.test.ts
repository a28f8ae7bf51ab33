/** Interpolation and types of values, held equal to what Go's own libraries make of them: Grafana calls those. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readProvisioning } from "grafana-plugin-protocol/gateway";
import { expandValue } from "../../../src/gateway/provisioning/expand-value.ts";
import { mulberry32 } from "../../helpers/mulberry32.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";

const peers = await buildGoPeers();
const skip = peers === undefined ? withoutGo : false;

interface Asked {
  readonly variables?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly values?: readonly string[];
  readonly documents?: readonly string[];
}

interface Told {
  readonly values: readonly string[];
  readonly documents: readonly { readonly any: unknown; readonly texts: Record<string, string> | null }[];
}

function askGo(asked: Asked): Told {
  const { stdout, status } = spawnSync(peers?.provisioning ?? "", {
    input: JSON.stringify(asked),
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  assert.equal(status, 0);
  return JSON.parse(stdout) as Told;
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: what is interpolated
const variables = { A: "a", B_1: "b$A", C: "${A}$$", D: "$__file{f}", _: "under", "1": "one", "*": "star" };
const files = { f: " \t\u0085in a file $A \u00a0\n", "g h": "$$ ${B_1}", A: "" };
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: what is interpolated

test("values are interpolated as by Go", { skip }, () => {
  const next = mulberry32(17);
  // biome-ignore format: a list of short texts
  const pieces = [
    "$", "$", "$$", "{", "}", "${", "$__env{", "$__file{", "$__other{", "__", "A", "B_1", "C", "D", "_", "1",
    "*", "#", "-", "@", "f", "g h", " ", "ä", "😀", ".",
  ];
  const values = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 1 + (next() % 9) }, () => pieces[next() % pieces.length]).join(""),
  );

  const told = askGo({ variables, files, values });

  const text = (values: Readonly<Record<string, string>>, name: string): string =>
    Object.hasOwn(values, name) ? (values[name] ?? "") : "";
  const ours = values.map((value) =>
    expandValue(value, {
      variable: (name) => text(variables, name),
      file: (path) => text(files, path),
      hostname: () => "",
    }),
  );
  const different = values.flatMap((value, index) =>
    ours[index] === told.values[index] ? [] : [{ value, ours: ours[index], go: told.values[index] }],
  );
  assert.deepEqual(different.slice(0, 5), []);
});

// biome-ignore format: a list of short texts
const scalars = [
  "1", "-1", "+1", "0", "-0", "00", "010", "-010", "08", "0o17", "0O17", "0x1F", "0X1f", "-0x1f", "0b101",
  "-0b1", "0b2", "1_000", "1__0", "_1", "1_", "0x_1", "9223372036854775807", "-9223372036854775808",
  "9223372036854775808", "18446744073709551615", "18446744073709551616", "+9223372036854775808", "1.5",
  "-1.5", ".5", "5.", "1e3", "1E+3", "1.e-2", "+.5", "-.5", "1e400", "1e", "e1", ".", "-", "+", "..",
  "1.2.3", "1:30", "190:20:30", "2001-01-01", "2001-1-1", "2001-12-14t21:59:43.10Z", "y", "Y", "yes", "Yes",
  "YES", "yEs", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "true", "True", "TRUE",
  "tRUE", "false", "False", "FALSE", "null", "Null", "NULL", "nULL", "~", "", "~x", "text", "two words",
  "http://host:80/path", "a#b", "'1'", '"1"', "'yes'", '"\\u00e9\\n\\x41"', "''", "!!str 1", "!!str yes",
  "!!int 0x10", "!!float 1", "!!bool yes", "!!binary aGk=", "!own 1", "[1, yes, 'no', 0x1, ~, [a]]",
  "{b: 1, c: [no]}", "[]", "{}", "|\n  one\n  two\n", ">-\n  one\n  two\n\n  three\n", "|+\n  one\n\n",
  "'it''s'", "- 1", "&x 1", "0.1", "1.0", "123456789012345678", "0777777777777777777777",
  "0xFFFFFFFFFFFFFFFF", ".inf", "-.INF", ".nan", "=", "<", "1 2", "12e03", "-2E+05", "0e0",
] as const;

test("YAML is typed as by Go", { skip }, async (t) => {
  const { path } = await privateTmp(t);
  const documents = [
    ...scalars.filter((text) => text !== "- 1").map((text) => `v: ${text}\n`),
    "a: &x {b: 1, c: yes}\nd: *x\ne:\n  <<: *x\n  b: 2\n",
    "a: &x {b: 1}\nb: &y {b: 2, c: 3}\ne:\n  <<: [*x, *y]\n  f: 4\n",
    "a: 1\na: 2\n",
    "a:\n- b\n-\n- - c\n",
    "? a\n: b\n",
    "\"a b\": 1\n'c': 2\nd e: 3\n",
    "a: b # comment\n# c: d\n",
    "a: b\r\nc: d\r\n",
    "\ufeffa: b\n",
    "a: plain\n  over lines\n\n  and more\n",
    "a: 'x\n\n  y'\nb: \"x \\\n  y\"\n",
    "1: a\nyes: b\n",
  ];

  const told = askGo({ documents });

  for (const [index, document] of documents.entries()) {
    const { any, texts } = told.documents[index] ?? { any: null, texts: null };
    const inner = document
      .replace("\ufeff", "")
      .split("\n")
      .map((line) => `      ${line}`)
      .join("\n");
    const read = async (member: string): Promise<unknown> => {
      const file = join(path, "a.yaml");
      const head = `apiVersion: 1\ndatasources:\n  - name: A\n    type: a\n    ${member}:\n`;
      await writeFile(file, head + inner);
      return readProvisioning(file, { env: {} }).then(
        ({ dataSources: [source] }) => (member === "jsonData" ? source?.jsonData : source?.secureJsonData),
        () => null,
      );
    };
    assert.deepEqual({ document, any: await read("jsonData") }, { document, any });
    assert.deepEqual({ document, texts: await read("secureJsonData") }, { document, texts });
  }
});

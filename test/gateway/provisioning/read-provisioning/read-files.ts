import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { type Provisioning, readProvisioning } from "grafana-plugin-protocol/gateway";
import { privateTmp } from "../../../helpers/private-tmp.ts";

/** Writes files and reads the folder with them, or the one that is named. */
export async function read(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  { env = {}, at = "" }: { readonly env?: Readonly<Record<string, string>>; readonly at?: string } = {},
): Promise<Provisioning & { readonly folder: string }> {
  const { path } = await privateTmp(t);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text.replaceAll("TMP", path));
  }
  return { ...(await readProvisioning(join(path, at), { env })), folder: path };
}

/** A file with one data source that has these further lines. */
export const withLines = (...lines: readonly string[]): string =>
  ["apiVersion: 1", "datasources:", "  - name: A", "    type: a", ...lines.map((line) => `    ${line}`)].join(
    "\n",
  );

import { languages } from "../../scripts/languages/index.ts";
import type { Command } from "../../scripts/languages/language.ts";
import { missingToolchain } from "../../scripts/languages/missing-toolchain.ts";
import { weatherLauncher } from "../../test/examples/start-weather.ts";
import { buildGoPeers, withoutGo } from "../../test/interop/go-peers.ts";

/** A plugin that is measured, or why it is not. */
export type Contender = {
  /** For `--only` and `--json`: `python`, `typescript`, `go-sdk`. */
  readonly name: string;
  readonly title: string;
} & ({ readonly missing: string } | { readonly plugin: Command; readonly query: unknown });

/** One row without a table behind it: no database has to read anything. */
const select = { rawSql: "select 1 as one" };

/** The plugin with the official SDK, the example in TypeScript, and that of every other language. */
export async function findContenders(isWanted: (name: string) => boolean): Promise<Contender[]> {
  const found: Contender[] = [];
  const sdk = { name: "go-sdk", title: "Go, official SDK" };
  if (isWanted(sdk.name)) {
    const peers = await buildGoPeers();
    const query = { do: "series", rows: 1 };
    found.push(
      peers === undefined
        ? { ...sdk, missing: withoutGo }
        : { ...sdk, plugin: { command: peers.plugin, args: [] }, query },
    );
  }
  const typescript = { name: "typescript", title: "TypeScript" };
  if (isWanted(typescript.name))
    found.push({ ...typescript, plugin: { command: weatherLauncher, args: [] }, query: select });
  for (const language of languages) {
    const { name, title } = language;
    if (!isWanted(name)) continue;
    const missing = await missingToolchain(language);
    if (missing !== undefined) {
      found.push({ name, title, missing });
      continue;
    }
    await language.install();
    found.push({ name, title, plugin: await language.buildExample(), query: select });
  }
  return found;
}

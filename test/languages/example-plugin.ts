import type { TestContext } from "node:test";
import type { ProtocolMajor } from "grafana-plugin-protocol";
import {
  type LaunchedPlugin,
  type LaunchOptions,
  launchPlugin,
  type PluginLogRecord,
} from "grafana-plugin-protocol/host";
import { languages } from "../../scripts/languages/index.ts";
import type { Command, Language } from "../../scripts/languages/language.ts";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { whySkipped } from "./why-skipped.ts";

/** A language with its example, or with why it is left out. */
export interface TestedLanguage {
  readonly language: Language;
  /** What starts the example; only to use when `skip` is false. */
  readonly example: Command;
  readonly skip: string | false;
}

/** Builds the example of every language whose toolchain is there, in CI and where TEST_LANGUAGES asks for it. */
export async function testedLanguages(): Promise<TestedLanguage[]> {
  const tested: TestedLanguage[] = [];
  for (const language of languages) {
    const skip = await whySkipped(language);
    if (skip !== false) {
      tested.push({ language, example: { command: "", args: [] }, skip });
      continue;
    }
    await language.install();
    tested.push({ language, example: await language.buildExample(), skip });
  }
  return tested;
}

/** The environment of a host that gives its plugins little, as Grafana does. */
export const littleEnvironment: Readonly<Record<string, string>> = { PATH: "/usr/local/bin:/usr/bin:/bin" };

/** A launched example with the lines that it wrote so far. */
export type LaunchedExample<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]> = LaunchedPlugin<
  P[number]
> & {
  readonly log: readonly PluginLogRecord[];
};

/** Launches an example as a host does; closes it when the test ends, and checks that nothing is left. */
export async function launchExample<const P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>(
  t: TestContext,
  example: Command,
  protocols: LaunchOptions<P>["protocols"],
  options: Partial<LaunchOptions<P>> = {},
): Promise<LaunchedExample<P>> {
  const { path } = await privateTmp(t);
  const log: PluginLogRecord[] = [];
  const plugin = await launchPlugin<P>({
    ...example,
    inheritEnv: false,
    ...options,
    env: { ...littleEnvironment, TMPDIR: path, ...options.env },
    protocols,
    onLog: (record) => {
      log.push(record);
    },
  });
  atEnd(t, () => plugin.close({ graceMs: 60_000 }));
  return { ...plugin, log };
}

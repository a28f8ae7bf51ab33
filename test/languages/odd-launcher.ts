import type { TestContext } from "node:test";
import { v2 } from "grafana-plugin-protocol/v2";
import type { Command } from "../../scripts/languages/language.ts";
import { collect, textOf } from "../interop/case.ts";
import { type LaunchedExample, launchExample } from "./example-plugin.ts";

/** An odd plugin that runs, and its answer to a resource of this path. */
interface LaunchedOdd {
  readonly plugin: LaunchedExample<readonly [typeof v2]>;
  readonly ask: (path: string) => Promise<string>;
}

/** Makes what launches a language's plugin with odd handlers, which are its resources. */
export function oddLauncher(
  odd: Command,
  env: Readonly<Record<string, string>> = {},
): (t: TestContext, onStdio?: (data: Uint8Array) => void) => Promise<LaunchedOdd> {
  return async (t, onStdio) => {
    const plugin = await launchExample(t, odd, [v2], {
      env,
      onStdio: onStdio === undefined ? undefined : ({ data }) => onStdio(data),
    });
    const ask = async (path: string): Promise<string> =>
      textOf((await collect(plugin.resource.callResource({ path, method: "GET" })))[0]?.body);
    return { plugin, ask };
  };
}

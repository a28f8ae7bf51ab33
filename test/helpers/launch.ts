import type { TestContext } from "node:test";
import {
  type LaunchedPlugin,
  type LaunchOptions,
  launchPlugin,
  type PluginLogRecord,
} from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "./at-end.ts";
import { compileCache, sourceProgram } from "./run-program.ts";
import { until } from "./until.ts";

const fixture = new URL("../host/fixtures/plugin.ts", import.meta.url);

/** The options that start the obliging plugin of the fixtures, with the arguments given. */
export function fixturePlugin(...args: string[]): {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  return { command: process.execPath, args: sourceProgram(fixture, ...args), env: compileCache };
}

/** A launched plugin with the lines that it wrote so far. */
export type ObservedPlugin = LaunchedPlugin<typeof v2> & {
  readonly log: readonly PluginLogRecord[];
  /** Resolves when the plugin has written this line. */
  readonly untilLogged: (message: string) => Promise<void>;
  /** Calls a resource of the fixture and gives the body of its answer. */
  readonly ask: (path: string, body?: string) => Promise<string>;
};

/** Launches the fixture as v2; closes it when the test ends. */
export async function launchFixture(
  t: TestContext,
  options: Partial<LaunchOptions<readonly [typeof v2]>> = {},
): Promise<ObservedPlugin> {
  const log: PluginLogRecord[] = [];
  const plugin = await launchPlugin({
    ...fixturePlugin(),
    ...options,
    env: { ...compileCache, ...options.env },
    protocols: [v2],
    onLog: (record) => {
      log.push(record);
      options.onLog?.(record);
    },
  });
  atEnd(t, () => plugin.close({ graceMs: 100 }));
  return {
    ...plugin,
    log,
    // One that ends by itself may take longer than the default on a slow machine.
    close: (closeOptions) => plugin.close(closeOptions ?? { graceMs: 60_000 }),
    untilLogged: async (message) => {
      await until(`the plugin logs ${message}`, () => log.some((record) => record.message === message));
    },
    ask: async (path, body = "") => {
      let text = "";
      for await (const part of plugin.resource.callResource({ path, body: new TextEncoder().encode(body) })) {
        text += Buffer.from(part.body).toString();
      }
      return text;
    },
  };
}

/** Both majors, for a host that takes either. */
export const bothMajors: readonly [typeof v2, typeof v1] = [v2, v1];

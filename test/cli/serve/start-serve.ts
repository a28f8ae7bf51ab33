import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { root } from "../../../scripts/readme/pages.ts";
import { type PrivateTmp, privateTmp } from "../../helpers/private-tmp.ts";
import { type Program, runProgram, sourceProgram } from "../../helpers/run-program.ts";
import { until } from "../../helpers/until.ts";

const main = new URL("src/cli/main.ts", root);

export const weather = new URL("examples/weather-datasource", root).pathname;

export const weatherYaml = `apiVersion: 1
datasources:
  - name: Weather
    uid: weather
    type: example-weather-datasource
    url: http://me:s3cret@in-url@weather.example
    secureJsonData: {token: s3cret-token}
`;

export const weatherQuery = {
  from: "now-1h",
  to: "now",
  queries: [
    {
      refId: "A",
      datasource: { uid: "weather" },
      rawSql: "select location, max(temp_max) as hottest from weather group by 1",
    },
  ],
};

export function run(
  t: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  return runProgram(t, process.execPath, sourceProgram(main, "serve", ...args), env);
}

export interface Serving {
  readonly program: Program;
  readonly url: string;
  readonly tmp: PrivateTmp;
}

/** Serves on a free port; TMPDIR is the test's own, so a process that is left is found. */
export async function start(
  t: TestContext,
  args: readonly string[],
  {
    files = {},
    env = {},
  }: {
    readonly files?: Readonly<Record<string, string>>;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Serving> {
  const tmp = await privateTmp(t);
  for (const [name, text] of Object.entries(files)) await writeFile(join(tmp.path, name), text);
  const program = run(t, ["--port", "0", ...args.map((arg) => arg.replace("TMP", tmp.path))], {
    ...env,
    TMPDIR: tmp.path,
  });
  const line = await program.firstLine();
  return { program, url: line.replace("serving on ", ""), tmp };
}

export const untilTable = (program: Program): Promise<unknown> =>
  until(
    "the table is there",
    () => program.stdout().includes("DATA SOURCE") || program.stdout().includes("No data sources"),
  );

export const post = (
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> => fetch(`${url}/api/ds/query`, { method: "POST", body: JSON.stringify(body), headers });

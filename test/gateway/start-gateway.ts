import { join } from "node:path";
import type { TestContext } from "node:test";
import {
  type GatewayDataSource,
  type GatewayLogRecord,
  type GatewayServer,
  type GatewayServerOptions,
  serveGateway,
} from "grafana-plugin-protocol/gateway";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { compileCache } from "../helpers/run-program.ts";

export const root: string = join(import.meta.dirname, "..", "..");
export const weatherFolder: string = join(root, "examples", "weather-datasource");

/** A data source of the weather plugin, with a secret. */
export const weather: GatewayDataSource = {
  name: "Weather",
  type: "example-weather-datasource",
  uid: "w1",
  jsonData: { greeting: "hi" },
  secureJsonData: { token: "s3cret-token" },
};

/** A gateway that a test runs, with its log so far. */
export interface StartedGateway extends GatewayServer {
  readonly log: readonly GatewayLogRecord[];
  /** Requests a path with a method and a JSON body, and reads the answer. */
  readonly ask: (path: string, body?: unknown, init?: RequestInit) => Promise<Asked>;
}

/** An answer that was read. */
export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests name the members that they expect
  readonly json: any;
}

/** Serves the weather plugin, or what the options say, on a free port; nothing may be left when the test ends. */
export async function startGateway(
  t: TestContext,
  options: Partial<GatewayServerOptions> = {},
): Promise<StartedGateway> {
  await privateTmp(t);
  const log: GatewayLogRecord[] = [];
  const server = await serveGateway({
    plugins: [weatherFolder],
    dataSources: [weather],
    port: 0,
    ...options,
    launch: {
      ...options.launch,
      env: { ...compileCache, TMPDIR: process.env["TMPDIR"] ?? "/tmp", ...options.launch?.env },
    },
    onLog: (record) => {
      log.push(record);
      options.onLog?.(record);
    },
  });
  atEnd(t, () => server.close({ graceMs: 0 }));
  const ask = async (path: string, body?: unknown, init: RequestInit = {}): Promise<Asked> => {
    const response = await fetch(server.url + path, {
      ...(body === undefined
        ? {}
        : { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...init,
    });
    return readAnswer(response);
  };
  return Object.assign({}, server, { log, ask, gateway: server.gateway });
}

/** Reads a response. */
export async function readAnswer(response: Response): Promise<Asked> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text) as unknown;
    },
  };
}

/** A range of five days, of which there is weather. */
export const range = { from: "1325376000000", to: "1325721600000" } as const;

/** The body of a query request for the weather plugin. */
export function weatherQuery(...queries: readonly object[]): object {
  const given = queries.length === 0 ? [{}] : queries;
  return {
    ...range,
    queries: given.map((query, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: { uid: "w1" },
      rawSql: "select location, max(temp_max) as hottest from weather group by 1",
      ...query,
    })),
  };
}

import type { MessageInitShape } from "@bufbuild/protobuf";
import type { PluginContextSchema } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { type GrafanaConfigInput, grafanaConfig } from "./grafana-config.ts";

/** Settings of a data source in a test. Absent members have the value of a new data source. */
export interface TestDataSource {
  /** Default 1. */
  readonly id?: number | bigint | undefined;
  /** Default `test`. */
  readonly uid?: string | undefined;
  /** Default `Test`. */
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly basicAuthEnabled?: boolean | undefined;
  readonly basicAuthUser?: string | undefined;
  /** Any JSON value; default an empty object. */
  readonly jsonData?: unknown;
  readonly secureJsonData?: Readonly<Record<string, string>> | undefined;
  /** When the settings were saved. Default 2026-01-01: the same settings are the same instance. */
  readonly lastUpdated?: Date | undefined;
  readonly apiVersion?: string | undefined;
}

/** Settings of an app in a test. */
export type TestApp = Pick<TestDataSource, "apiVersion" | "jsonData" | "lastUpdated" | "secureJsonData">;

/** What a host says of a call, for {@link pluginContext}. */
export interface PluginContextInput {
  /** Default: that of a data source with default settings, unless there is an app. `false`: none. */
  readonly dataSource?: TestDataSource | false | undefined;
  readonly app?: TestApp | undefined;
  /** The user who calls; `false` for none, as when an alert rule is evaluated. Default: an editor named `tester`. */
  readonly user?:
    | { readonly login?: string; readonly name?: string; readonly email?: string; readonly role?: string }
    | false
    | undefined;
  /** Default 1. */
  readonly orgId?: number | bigint | undefined;
  /** Default `test-datasource`. */
  readonly pluginId?: string | undefined;
  readonly pluginVersion?: string | undefined;
  readonly apiVersion?: string | undefined;
  /** Default `default`. */
  readonly namespace?: string | undefined;
  /** Version of the Grafana in the user agent. Default 13.2.0; `false` for a host that sends none. */
  readonly grafanaVersion?: string | false | undefined;
  readonly config?: GrafanaConfigInput | undefined;
}

const savedAt = new Date("2026-01-01T00:00:00Z");

/** Makes the `pluginContext` of any request of protocol 2, with defaults as Grafana would send them. */
export function pluginContext(input: PluginContextInput = {}): MessageInitShape<typeof PluginContextSchema> {
  const { app, user, grafanaVersion = "13.2.0", config = {} } = input;
  const dataSource = input.dataSource ?? (app === undefined ? {} : false);
  return {
    orgId: BigInt(input.orgId ?? 1),
    pluginId: input.pluginId ?? "test-datasource",
    pluginVersion: input.pluginVersion ?? "",
    apiVersion: input.apiVersion ?? "",
    namespace: input.namespace ?? "default",
    userAgent: grafanaVersion === false ? "" : `Grafana/${grafanaVersion} (linux; amd64)`,
    grafanaConfig: grafanaConfig(config),
    ...(user === false
      ? {}
      : { user: { login: "tester", name: "Tester", email: "", role: "Editor", ...user } }),
    ...(dataSource === false ? {} : { dataSourceInstanceSettings: dataSourceSettings(dataSource) }),
    ...(app === undefined ? {} : { appInstanceSettings: commonSettings(app) }),
  };
}

function dataSourceSettings(
  settings: TestDataSource,
): NonNullable<MessageInitShape<typeof PluginContextSchema>["dataSourceInstanceSettings"]> {
  return {
    ...commonSettings(settings),
    id: BigInt(settings.id ?? 1),
    uid: settings.uid ?? "test",
    name: settings.name ?? "Test",
    url: settings.url ?? "",
    user: settings.user ?? "",
    database: settings.database ?? "",
    basicAuthEnabled: settings.basicAuthEnabled ?? false,
    basicAuthUser: settings.basicAuthUser ?? "",
  };
}

function commonSettings({ apiVersion, jsonData, lastUpdated, secureJsonData }: TestApp): {
  readonly apiVersion: string;
  readonly jsonData: Uint8Array<ArrayBuffer>;
  readonly decryptedSecureJsonData: Record<string, string>;
  readonly lastUpdatedMS: bigint;
} {
  return {
    apiVersion: apiVersion ?? "",
    jsonData: new TextEncoder().encode(JSON.stringify(jsonData ?? {})),
    decryptedSecureJsonData: { ...secureJsonData },
    lastUpdatedMS: BigInt((lastUpdated ?? savedAt).getTime()),
  };
}

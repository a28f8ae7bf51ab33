import type { MessageInitShape } from "@bufbuild/protobuf";
import type { PluginContextSchema } from "grafana-plugin-protocol/v2";

type Init = MessageInitShape<typeof PluginContextSchema>;

/** What {@link dataSourceContext} can be given: members of the settings beside those of the context. */
interface DataSourceInit {
  readonly id?: bigint;
  readonly uid?: string;
  readonly name?: string;
  /** An object, or the text that the host sends. */
  readonly jsonData?: unknown;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly lastUpdatedMS?: bigint;
  readonly config?: Readonly<Record<string, string>>;
  readonly orgId?: bigint;
  readonly namespace?: string;
}

/** The bytes of a JSON value, or of a text as it is. */
export function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
}

/** What a host sends of the caller with each call to a data source. */
export function dataSourceContext(init: DataSourceInit = {}): Init {
  const { id = 1n, uid = "uid-1", name = "Sales", jsonData = {}, secrets = {}, lastUpdatedMS = 1n } = init;
  return {
    orgId: init.orgId ?? 1n,
    pluginId: "test-datasource",
    namespace: init.namespace ?? "",
    grafanaConfig: { ...init.config },
    dataSourceInstanceSettings: {
      id,
      uid,
      name,
      url: "http://db.example",
      lastUpdatedMS,
      jsonData: jsonBytes(jsonData),
      decryptedSecureJsonData: { ...secrets },
    },
  };
}

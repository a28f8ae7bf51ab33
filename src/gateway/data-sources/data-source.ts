import type { MessageInitShape } from "@bufbuild/protobuf";
import type { DataSourceInstanceSettingsSchema } from "../../../gen/es/v2/pluginv2/backend_pb.js";

/** A data source with every default filled in. */
export interface DataSource {
  readonly id: number;
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly isDefault: boolean;
  readonly readOnly: boolean;
  readonly withCredentials: boolean;
  readonly version: number;
  readonly apiVersion: string;
  readonly url: string;
  readonly user: string;
  readonly database: string;
  readonly basicAuth: boolean;
  readonly basicAuthUser: string;
  readonly jsonData: Readonly<Record<string, unknown>>;
  /** Names of the secrets, sorted. */
  readonly secretNames: readonly string[];
  readonly lastUpdated: Date;
  /** What plugins are sent, with the secrets; not enumerable, so that no log and no JSON shows them. */
  readonly settings: () => DataSourceMessage;
}

export type DataSourceMessage = MessageInitShape<typeof DataSourceInstanceSettingsSchema> & {
  readonly decryptedSecureJsonData: Readonly<Record<string, string>>;
};

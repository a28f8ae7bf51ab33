import type { GatewayAppSettings, GatewayDataSource } from "../gateway-options.ts";

/** What files of Grafana's provisioning say, as options of a gateway. */
export interface Provisioning {
  /** In the order of the files. */
  readonly dataSources: readonly GatewayDataSource[];
  /** Settings of apps by the id of their plugin. */
  readonly apps: Readonly<Record<string, GatewayAppSettings>>;
  /** What is odd, such as unknown members, each with file, line and column. They have no values of the file. */
  readonly warnings: readonly string[];
  /** The absolute paths of the files that were read, those of `$__file{…}` too. */
  readonly files: readonly string[];
}

/** Where `readProvisioning` gets variables from. */
export interface ReadProvisioningOptions {
  /** The variables of `$NAME`, `${NAME}` and `$__env{NAME}`. Default those of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

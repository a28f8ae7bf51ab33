/**
 * The settings of a data source, as a host passes them with each call. `Json` is the type of its `jsonData`, `Secure`
 * that of its decrypted secrets.
 */
export interface DataSourceSettings<Json = unknown, Secure = SecureData> {
  readonly id: bigint;
  readonly uid: string;
  readonly name: string;
  readonly url: string;
  readonly user: string;
  readonly database: string;
  readonly basicAuthEnabled: boolean;
  readonly basicAuthUser: string;
  readonly jsonData: Json;
  /** Decrypted secrets, which neither `console.log` nor `JSON.stringify` shows. */
  readonly secureJsonData: Secure;
  readonly lastUpdated: Date;
  /** Empty for hosts that send none. */
  readonly apiVersion: string;
  /**
   * What the host stores, before a schema of the plugin has parsed it. A schema drops the members that it does not name,
   * and Grafana's own ones are among those: the options of HTTP, TLS and proxies. Absent when there is no schema.
   */
  readonly stored?: { readonly jsonData: unknown; readonly secureJsonData: SecureData } | undefined;
}

/** The settings of an app, as a host passes them with each call. */
export interface AppSettings<Json = unknown, Secure = SecureData> {
  readonly jsonData: Json;
  /** Decrypted secrets, which neither `console.log` nor `JSON.stringify` shows. */
  readonly secureJsonData: Secure;
  readonly lastUpdated: Date;
  /** Empty for hosts that send none. */
  readonly apiVersion: string;
}

/** Decrypted secrets by their name. */
export type SecureData = Readonly<Record<string, string>>;

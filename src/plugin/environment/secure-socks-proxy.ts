import { hideSecrets } from "../../go-plugin/hide-secrets.ts";
import { readBoolean, readList, readText, type TextValues } from "./text-values.ts";

/** The proxy through which a data source reaches a private network. */
export interface SecureSocksProxy {
  readonly proxyAddress: string | undefined;
  readonly serverName: string | undefined;
  /** Turns off TLS; then there are no certificates. */
  readonly allowInsecure: boolean;
  /** Paths of PEM files; Grafana passes these in the environment. */
  readonly clientCertificatePath: string | undefined;
  readonly clientKeyPath: string | undefined;
  readonly rootCaPaths: readonly string[];
  /**
   * PEM texts; Grafana sends these in the configuration of a call. The key is a secret, which `console.log` does not
   * show.
   */
  readonly clientCertificate: string | undefined;
  readonly clientKey: string | undefined;
  readonly rootCas: readonly string[];
}

const prefix = "GF_SECURE_SOCKS_DATASOURCE_PROXY_";

/**
 * @returns `undefined` if the proxy is turned off or not configured.
 * @throws PluginError `invalid_option` for a switch that is neither true nor false.
 */
export function readSecureSocksProxy(values: TextValues): SecureSocksProxy | undefined {
  if (readBoolean(values, `${prefix}SERVER_ENABLED`) !== true) return undefined;
  const proxy = {
    proxyAddress: readText(values, `${prefix}PROXY_ADDRESS`),
    serverName: readText(values, `${prefix}SERVER_NAME`),
    allowInsecure: readBoolean(values, `${prefix}ALLOW_INSECURE`) ?? false,
    clientCertificatePath: readText(values, `${prefix}CLIENT_CERT`),
    clientKeyPath: readText(values, `${prefix}CLIENT_KEY`),
    rootCaPaths: readList(values, `${prefix}ROOT_CA_CERT`, " "),
    clientCertificate: readText(values, `${prefix}CLIENT_CERT_VAL`),
    clientKey: readText(values, `${prefix}CLIENT_KEY_VAL`),
    rootCas: readList(values, `${prefix}ROOT_CA_CERT_VALS`),
  };
  return hideSecrets(proxy, ["clientKey"]);
}

import { readFile } from "node:fs/promises";
import { PluginError } from "../../../errors.ts";
import { hideSecrets } from "../../../go-plugin/hide-secrets.ts";
import type { SecureSocksProxy } from "../../../plugin/environment/secure-socks-proxy.ts";
import { type HttpSettingsSource, membersOf, seconds, textOf } from "../http-settings.ts";

/** How a data source reaches its server through the host's secure SOCKS proxy. */
export interface SecureSocksSettings {
  readonly proxy: SecureSocksProxy;
  /** `jsonData.secureSocksProxyUsername`, default the uid of the data source. */
  readonly user: string;
  /** `secureJsonData.secureSocksProxyPassword`. A secret, which `console.log` does not show. */
  readonly password: string;
  /** The longest time to connect, until the proxy has reached the server: `jsonData.timeout`, default 30000; 0: none. */
  readonly timeoutMs: number;
  /** `jsonData.keepAlive`: the time between TCP's probes. Default 30000. */
  readonly keepAliveMs: number;
}

/**
 * Reads whether a data source uses the secure SOCKS proxy: both the host has one and the data source says
 * `enableSecureSocksProxy: true`.
 *
 * @param proxy that of the host, from `GrafanaConfig` or the environment
 * @returns `undefined` if it does not
 * @throws PluginError `invalid_option` for a user or a password that is not a string.
 */
export function readSecureSocksSettings(
  settings: HttpSettingsSource,
  proxy: SecureSocksProxy | undefined,
): SecureSocksSettings | undefined {
  const { jsonData, secureJsonData } = settings.stored ?? settings;
  const json = membersOf(jsonData);
  if (proxy === undefined || json["enableSecureSocksProxy"] !== true) return undefined;
  const read = {
    proxy,
    user:
      json["secureSocksProxyUsername"] === undefined
        ? settings.uid
        : textOf(json, "secureSocksProxyUsername"),
    password: textOf(membersOf(secureJsonData), "secureSocksProxyPassword", true),
    timeoutMs: seconds(json, "timeout", 30),
    keepAliveMs: seconds(json, "keepAlive", 30),
  };
  return hideSecrets(read, ["password"]);
}

/** The PEM texts of the proxy's TLS: those of the configuration, else those of the files that the environment names. */
export async function readSocksTlsFiles(
  proxy: SecureSocksProxy,
): Promise<{ readonly ca: readonly string[]; readonly cert: string; readonly key: string }> {
  if (proxy.rootCas.length > 0) {
    return { ca: proxy.rootCas, cert: proxy.clientCertificate ?? "", key: proxy.clientKey ?? "" };
  }
  if (proxy.rootCaPaths.length === 0) {
    throw new PluginError(
      "invalid_option",
      "expected a root certificate for the secure SOCKS proxy, and the host sent none: set root_ca_cert in its section [secure_socks_datasource_proxy]",
    );
  }
  const ca = await Promise.all(proxy.rootCaPaths.map((path) => readPem(path)));
  const [cert, key] = [await readPem(proxy.clientCertificatePath), await readPem(proxy.clientKeyPath)];
  return { ca, cert, key };
}

async function readPem(path: string | undefined): Promise<string> {
  if (path === undefined) return "";
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new PluginError(
      "invalid_option",
      `cannot read ${JSON.stringify(path)}, which the host names for its secure SOCKS proxy: check the path and its permissions`,
      { cause },
    );
  }
}

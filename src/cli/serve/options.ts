import { parseArgs } from "node:util";
import type { ApiStyle, GatewayLogRecord } from "grafana-plugin-protocol/gateway";
import { usageError } from "../usage-error.ts";

/** What the command line asks for. */
export interface ServeOptions {
  readonly plugins: readonly string[];
  readonly provisioning: string | undefined;
  readonly port: number;
  readonly host: string;
  readonly api: ApiStyle;
  readonly grafanaVersion: string | undefined;
  readonly tokenFile: string | undefined;
  readonly isOpen: boolean;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly pluginEnv: Readonly<Record<string, string>>;
  readonly inheritEnv: boolean | readonly string[] | undefined;
  readonly isJsonLog: boolean;
  readonly logLevel: LogLevel;
}

export type LogLevel = GatewayLogRecord["level"];

/** From the lowest to the highest. */
export const logLevels: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error"];

/** The options with what each does, for `--help` and docs/gateway-cli.md. */
export const optionHelp: readonly (readonly [flag: string, text: string])[] = [
  ["--plugins DIR", "a plugin's folder, or a folder of such folders; may be repeated; required"],
  ["--provisioning PATH", "data sources in Grafana's YAML: a file or a folder; read again when it changes"],
  ["--port N", "default 3000; 0 takes a free one"],
  [
    "--host H",
    "the address to listen on; default 127.0.0.1; one that other machines reach needs --token-file or --open",
  ],
  ["--api grafana|plutono", "the API to answer in; default grafana"],
  ["--grafana-version V", "the version that clients and plugins see; default 12.4.0, or 7.5.49 for plutono"],
  ["--token-file FILE", "tokens that clients may send, one a line; default: no token is needed"],
  ["--open", "listen on another address without tokens: everybody who reaches it may query"],
  ["--tls-cert FILE, --tls-key FILE", "serve HTTPS with a certificate and its key, as PEM"],
  ["--allow-origin URL", "an origin of pages that may call, or *; may be repeated"],
  ["--allow-host NAME", "a further name that the Host header may have; may be repeated"],
  ["--plugin-env NAME=VALUE", "a variable for every plugin; may be repeated"],
  [
    "--inherit-env NAMES",
    "variables that plugins inherit, with commas between them, or *; default: a few, no secrets",
  ],
  ["--log text|json", "the form of log lines, which go to stderr; default text"],
  ["--log-level LEVEL", "the lowest level that is logged: trace, debug, info, warn, error; default info"],
  ["--help", "print this"],
];

const text = { type: "string" } as const;
const texts = { type: "string", multiple: true } as const;
const flag = { type: "boolean" } as const;

/**
 * Reads the arguments after `serve`.
 *
 * @returns `undefined` when help is asked for
 * @throws the error of `usageError` when they are not right
 */
export function parseServeOptions(args: readonly string[]): ServeOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const plugins = values.plugins ?? [];
  if (plugins.length === 0) {
    throw usageError("expected --plugins DIR: name the folder of a plugin, or one with several plugins");
  }
  const host = values.host ?? "127.0.0.1";
  if (
    !/^(localhost|::1|127(\.\d+){3})$/.test(host) &&
    values["token-file"] === undefined &&
    values.open !== true
  ) {
    throw usageError(`--host ${host} is for other machines: expected --token-file FILE, or --open`);
  }
  return {
    plugins,
    provisioning: values.provisioning,
    port: portOf(values.port ?? "3000"),
    host,
    api: oneOf("--api", values.api ?? "grafana", ["grafana", "plutono"]),
    grafanaVersion: values["grafana-version"],
    tokenFile: values["token-file"],
    isOpen: values.open === true,
    tls: tlsOf(values["tls-cert"], values["tls-key"]),
    allowedOrigins: values["allow-origin"] ?? [],
    allowedHosts: values["allow-host"] ?? [],
    pluginEnv: Object.fromEntries((values["plugin-env"] ?? []).map(variableOf)),
    inheritEnv: inheritOf(values["inherit-env"]),
    isJsonLog: oneOf("--log", values.log ?? "text", ["text", "json"]) === "json",
    logLevel: oneOf("--log-level", values["log-level"] ?? "info", logLevels),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        plugins: texts,
        provisioning: text,
        port: text,
        host: text,
        api: text,
        "grafana-version": text,
        "token-file": text,
        open: flag,
        "tls-cert": text,
        "tls-key": text,
        "allow-origin": texts,
        "allow-host": texts,
        "plugin-env": texts,
        "inherit-env": text,
        log: text,
        "log-level": text,
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (cause) {
    throw usageError(`${cause instanceof Error ? cause.message : String(cause)}. See serve --help`);
  }
}

function portOf(given: string): number {
  const port = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (port <= 65_535) return port;
  throw usageError(`--port: expected a whole number from 0 to 65535, got ${JSON.stringify(given)}`);
}

function oneOf<T extends string>(name: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === given);
  if (found !== undefined) return found;
  throw usageError(`${name}: expected ${allowed.join(" or ")}, got ${JSON.stringify(given)}`);
}

function tlsOf(certFile: string | undefined, keyFile: string | undefined): ServeOptions["tls"] {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile };
  throw usageError("expected --tls-cert and --tls-key together, got one of them");
}

/** The error does not quote what may be a secret. */
function variableOf(given: string): readonly [string, string] {
  const end = given.indexOf("=");
  if (end > 0) return [given.slice(0, end), given.slice(end + 1)];
  throw usageError("--plugin-env: expected NAME=VALUE, got one without a name or without =");
}

function inheritOf(given: string | undefined): boolean | readonly string[] | undefined {
  if (given === undefined) return undefined;
  return given === "*" ? true : given.split(",").filter((name) => name !== "");
}

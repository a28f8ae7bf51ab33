import { PluginError } from "grafana-plugin-protocol";
import {
  type GatewayLogRecord,
  type GatewayServer,
  type GatewayServerOptions,
  serveGateway,
} from "grafana-plugin-protocol/gateway";
import type { Output } from "../output.ts";
import { createSignals } from "./create-signals.ts";
import { describeGateway, gatewayFields } from "./describe-gateway.ts";
import { formatJsonRecord, formatTextRecord } from "./format-record.ts";
import { logLevels, optionHelp, parseServeOptions, type ServeOptions } from "./options.ts";
import { readOptionFile } from "./read-option-file.ts";
import { readTokens } from "./read-tokens.ts";
import { whenStarted } from "./when-started.ts";

/** How long the table waits for plugins that are starting; their log lines follow anyway. */
const tableMs = 10_000;

/**
 * `grafana-plugin-protocol serve`: plugins behind Grafana's HTTP API until a signal ends it.
 *
 * @returns the exit code: 0 ended by a signal, with nothing left; 1 it could not be started
 * @throws the error of `usageError` for arguments, and files that they name, that are not right
 */
export async function serve(args: readonly string[], output: Output): Promise<number> {
  const options = parseServeOptions(args);
  if (options === undefined) {
    output.print(help());
    return 0;
  }
  const log = createLog(options, output);
  const gatewayOptions = optionsOf(options, log);
  const signals = createSignals((signal) => {
    log({
      level: "info",
      message: `${signal}: ending, when the requests in flight are answered`,
      fields: {},
    });
  });
  try {
    const server = await startServer(gatewayOptions, options);
    signals.onReload(() => reload(server, options, log));
    await announce(server, options, output, signals.ended);
    await signals.whenEnded;
    await server.close();
    return 0;
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    output.printError(`grafana-plugin-protocol: ${error.message}`);
    return 1;
  } finally {
    signals.stop();
  }
}

type Log = (record: GatewayLogRecord) => void;

function createLog({ isJsonLog, logLevel }: ServeOptions, { printError }: Output): Log {
  const least = logLevels.indexOf(logLevel);
  const format = isJsonLog ? formatJsonRecord : formatTextRecord;
  return (record) => {
    if (logLevels.indexOf(record.level) >= least) printError(format(record, new Date()));
  };
}

function optionsOf(options: ServeOptions, onLog: Log): GatewayServerOptions {
  const { tls, tokenFile, inheritEnv, pluginEnv, isOpen } = options;
  const tokens = tokenFile === undefined ? [] : readTokens(tokenFile);
  return {
    plugins: options.plugins,
    provisioning: options.provisioning,
    port: options.port,
    host: options.host,
    api: options.api,
    grafanaVersion: options.grafanaVersion,
    tokens,
    isOpen,
    ...(tls === undefined
      ? {}
      : {
          tls: {
            cert: readOptionFile("--tls-cert", tls.certFile),
            key: readOptionFile("--tls-key", tls.keyFile),
          },
        }),
    allowedOrigins: options.allowedOrigins,
    ...(options.allowedHosts.length === 0 ? {} : { allowedHosts: options.allowedHosts }),
    launch: { env: pluginEnv, ...(inheritEnv === undefined ? {} : { inheritEnv }) },
    onLog,
  };
}

async function startServer(
  gatewayOptions: GatewayServerOptions,
  { plugins }: ServeOptions,
): Promise<GatewayServer> {
  const server = await serveGateway(gatewayOptions);
  if (server.gateway.plugins.length > 0) return server;
  await server.close({ graceMs: 0 });
  const why = server.gateway.problems.join("; ") || "there is none with a backend";
  throw new PluginError("invalid_option", `no plugin to serve in ${plugins.join(", ")}: ${why}`);
}

/** Prints where it serves at once, and what when the plugins have started. */
async function announce(
  { gateway, url }: GatewayServer,
  { isJsonLog }: ServeOptions,
  { print }: Output,
  ended: AbortSignal,
): Promise<void> {
  const json = (message: string, fields: GatewayLogRecord["fields"]): void =>
    print(formatJsonRecord({ level: "info", message, fields }, new Date()));
  if (isJsonLog) json("serving", { url });
  else print(`serving on ${url}`);
  await whenStarted(gateway, tableMs, ended);
  if (ended.aborted) return;
  if (isJsonLog) json("served", gatewayFields(gateway));
  else print(`\n${describeGateway(gateway)}\n`);
}

function reload({ gateway }: GatewayServer, { provisioning }: ServeOptions, log: Log): void {
  if (provisioning === undefined) {
    log({ level: "warn", message: "there is nothing to read again without --provisioning", fields: {} });
    return;
  }
  try {
    gateway.reloadProvisioning();
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    const message = "provisioning cannot be used, so what was read before stays";
    log({ level: "error", message, fields: { reason: error.message } });
  }
}

function help(): string {
  const width = Math.max(...optionHelp.map(([flag]) => flag.length));
  return [
    "grafana-plugin-protocol serve --plugins DIR [options]",
    "",
    "Serves plugins, in any language, over Grafana's HTTP API without a Grafana, until SIGINT or SIGTERM.",
    "SIGHUP reads the files of --provisioning at once. Exit code: 0 ended by a signal, 1 it cannot start, 2 wrong usage.",
    "",
    ...optionHelp.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`),
  ].join("\n");
}

import {
  callbackOption,
  functionOption,
  invalidOption,
  listOption,
  millisecondsOption,
  objectOption,
  systemTextOption,
} from "../option-checks.ts";
import { wholeNumberOption } from "../whole-number-option.ts";
import type { ApiStyle, GatewayLimits, GatewayLogRecord, GatewayOptions } from "./gateway-options.ts";
import { type LiveSettings, resolveLiveOptions } from "./live/live-options.ts";

/** The options with every default filled in. */
export interface ResolvedGatewayOptions {
  readonly style: ApiStyle;
  readonly grafanaVersion: string;
  readonly featureToggles: readonly string[];
  readonly tokens: readonly string[];
  readonly allowedHosts: readonly string[] | undefined;
  readonly allowedOrigins: readonly string[];
  readonly user: NonNullable<GatewayOptions["user"]>;
  readonly limits: { readonly [K in keyof GatewayLimits]-?: number };
  readonly live: LiveSettings;
  readonly log: (record: GatewayLogRecord) => void;
}

/** @throws PluginError `invalid_option`. */
export function resolveGatewayOptions(options: GatewayOptions): ResolvedGatewayOptions {
  objectOption("the options", options, "an object with plugins");
  const style = options.api ?? "grafana";
  if (style !== "grafana" && style !== "plutono") throw invalidOption("api", '"grafana" or "plutono"', style);
  const limits = objectOption("limits", options.limits ?? {}, "an object");
  const limit = (name: keyof GatewayLimits, byDefault: number): number =>
    wholeNumberOption(`limits.${name}`, limits[name] ?? byDefault);
  const texts = (name: string, list: readonly string[]): readonly string[] =>
    listOption(name, list, "a list of strings", (each, text) => {
      systemTextOption(each, text, { isSecret: name === "tokens" });
    });
  return {
    style,
    grafanaVersion: systemTextOption(
      "grafanaVersion",
      options.grafanaVersion ?? (style === "plutono" ? "7.5.49" : "12.4.0"),
    ),
    featureToggles: texts("featureToggles", options.featureToggles ?? []).toSorted(),
    tokens: texts("tokens", options.tokens ?? []),
    allowedHosts:
      options.allowedHosts === undefined
        ? undefined
        : texts("allowedHosts", options.allowedHosts).map((host) => host.toLowerCase()),
    allowedOrigins: texts("allowedOrigins", options.allowedOrigins ?? []),
    user: functionOption("user", options.user ?? (() => undefined)),
    limits: {
      maxBodyBytes: limit("maxBodyBytes", (16 << 20) - (64 << 10)),
      maxConcurrentRequests: limit("maxConcurrentRequests", 1000),
      maxQueries: limit("maxQueries", 1000),
      maxDataSourcesAtOnce: limit("maxDataSourcesAtOnce", 8),
      timeoutMs: millisecondsOption("limits.timeoutMs", limits.timeoutMs ?? 300_000),
    },
    live: resolveLiveOptions(options.live),
    log: callbackOption("onLog", options.onLog) ?? (() => {}),
  };
}

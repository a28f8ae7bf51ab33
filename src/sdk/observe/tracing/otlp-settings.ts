import { invalidOption } from "../../../option-checks.ts";
import type { Propagation } from "./trace-context.ts";

/** How a host wants its plugins to trace: `GF_INSTANCE_OTLP_…` of the environment. */
export interface OtlpSettings {
  /** `host:port` of a collector that speaks OTLP over gRPC without TLS; `undefined` when tracing is off. */
  readonly address: string | undefined;
  /** Formats of trace headers. Default W3C Trace Context. */
  readonly propagation: readonly Propagation[];
  /** Which traces without a sampled parent are recorded. `const` where the host names none. */
  readonly samplerType: "const" | "probabilistic" | "rateLimiting" | "remote";
  /**
   * 0 or 1 for `const`, a ratio for `probabilistic` and as the first value of `remote`, traces a second for
   * `rateLimiting`. Default 1, also for a text that is not a number, as in the Go SDK.
   */
  readonly samplerParam: number;
  /** Where the `remote` sampler asks. */
  readonly samplerRemoteUrl: string | undefined;
}

/**
 * Reads the host's settings for tracing. They say where spans go; to send them is the part of an OpenTelemetry SDK.
 *
 * @throws PluginError `invalid_option` for an unknown format or sampler
 */
export function readOtlpSettings(
  env: Readonly<Record<string, string | undefined>> = process.env,
): OtlpSettings {
  const samplerType = env["GF_INSTANCE_OTLP_SAMPLER_TYPE"] || "const";
  const types = ["const", "probabilistic", "rateLimiting", "remote"] as const;
  const known = types.find((type) => type === samplerType);
  if (known === undefined) {
    throw invalidOption("GF_INSTANCE_OTLP_SAMPLER_TYPE", types.join(", "), samplerType);
  }
  const param = Number.parseFloat(env["GF_INSTANCE_OTLP_SAMPLER_PARAM"] ?? "");
  return {
    address: env["GF_INSTANCE_OTLP_ADDRESS"] || undefined,
    propagation: readPropagation(env),
    samplerType: known,
    samplerParam: Number.isNaN(param) ? 1 : param,
    samplerRemoteUrl: env["GF_INSTANCE_OTLP_SAMPLER_REMOTE_URL"] || undefined,
  };
}

/**
 * The formats of trace headers that `GF_INSTANCE_OTLP_PROPAGATION` names, in its order; W3C Trace Context without it,
 * and where the host has tracing off, as in the Go SDK.
 *
 * @throws PluginError `invalid_option` for an unknown format
 */
export function readPropagation(
  env: Readonly<Record<string, string | undefined>> = process.env,
): readonly Propagation[] {
  const formats: Propagation[] = [];
  const named = env["GF_INSTANCE_OTLP_ADDRESS"] ? (env["GF_INSTANCE_OTLP_PROPAGATION"] ?? "") : "";
  for (const format of named.split(",")) {
    if (format === "jaeger" || format === "w3c") formats.push(format);
    else if (format !== "") throw invalidOption("GF_INSTANCE_OTLP_PROPAGATION", '"w3c" or "jaeger"', format);
  }
  return formats.length === 0 ? ["w3c"] : formats;
}

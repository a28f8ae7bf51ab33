import { batchSizes } from "./requests.ts";
import type { Contender, Load, RunName } from "./runs.ts";

/** A number that a run printed. */
export interface Figure {
  readonly run: RunName;
  readonly key: string;
}

/** One line of the result: a figure divided by another one, or by its limit. */
export interface SdkCase {
  readonly name: string;
  readonly value: Figure;
  readonly base: Figure | number;
  readonly unit: Unit;
  /** The ratio to reach, or better. `null`: for information. */
  readonly target: number | null;
  readonly better: "higher" | "lower";
}

export type Unit = "µs" | "ms" | "calls/s" | "MB";

interface Targets {
  readonly rate: number | null;
  readonly cpu: number | null;
}

const none: Targets = { rate: null, cpu: null };

const labels: Readonly<Record<Contender, string>> = {
  ours: "",
  observed: ", with log and metrics",
  Go: "Go",
  "quiet Go": "Go without its log",
};

export const sdkCases: readonly SdkCase[] = [
  ...calls("ours", "Go", { rate: 1.2, cpu: 0.6 }),
  ...memory(),
  ...layer(),
  ...starts(),
  ...calls("observed", "Go", none).filter(({ value }) => /^(queries|resources) /.test(value.run)),
  ...calls("ours", "quiet Go", none),
];

/** What a call costs beside one on the Go SDK. */
function calls(own: Contender, against: Contender, targets: Targets): SdkCase[] {
  const measured: readonly (readonly [name: string, load: Load, key: string])[] = [
    ...batchSizes.map(
      (count) => [`${count} ${plural(count, "query", "queries")}`, "queries", `b${count}`] as const,
    ),
    ["resource of 1 kB", "resources", "small"],
    ["resource of 10 MB", "resources", "large"],
    ["instances of 64 callers", "instances", "c64"],
    ["1M rows in chunks", "chunked", "1M"],
  ];
  return measured.flatMap(([name, load, key]) => {
    const pair = (figure: string): Pick<SdkCase, "value" | "base"> => ({
      value: { run: `${load} ${own}`, key: `${figure} ${key}` },
      base: { run: `${load} ${against}`, key: `${figure} ${key}` },
    });
    return [
      {
        name: `${name}${labels[own]}: calls/s vs ${labels[against]}`,
        ...pair("rate"),
        unit: "calls/s",
        target: targets.rate,
        better: "higher",
      },
      {
        name: `${name}${labels[own]}: CPU a call vs ${labels[against]}`,
        ...pair("pluginCpu"),
        unit: "µs",
        target: targets.cpu,
        better: "lower",
      },
    ];
  });
}

/**
 * The most memory that the plugin has had at once. It grows with the young generation of V8, and then no more: a plugin
 * that had all rows at once would need three times the limit for 20M of them.
 */
function memory(): SdkCase[] {
  const peak = (
    name: string,
    load: "memory" | "long",
    base: Figure | number,
    target: number | null,
  ): SdkCase => ({
    name: `peak memory, ${name}`,
    value: { run: `${load} ours`, key: "peak" },
    base,
    unit: "MB",
    target,
    better: "lower",
  });
  return [
    peak("5M rows in chunks, of 250 MB", "memory", 250e6, 1),
    peak("5M rows in chunks vs Go", "memory", { run: "memory Go", key: "peak" }, null),
    peak("20M rows in chunks, of 350 MB", "long", 350e6, 1),
  ];
}

/** `dataSource` with zod beside the same plugin on `implement` and `answerQueries`. */
function layer(): SdkCase[] {
  const beside = (name: string, key: string, target: number | null): SdkCase => ({
    name: `${name}: CPU a call vs bare bindings`,
    value: { run: "layer", key: `cpu 2 ${key}` },
    base: { run: "layer", key: `cpu 1 ${key}` },
    unit: "µs",
    target,
    better: "lower",
  });
  return [
    ...batchSizes.map((count) =>
      beside(`${count} ${plural(count, "query", "queries")}`, `b${count}`, count === 1 ? 1.1 : null),
    ),
    beside("resource of 1 kB", "small", null),
  ];
}

/** The numbers are the places in `startedPlugins`. */
function starts(): SdkCase[] {
  const figure = (key: string): Figure => ({ run: "starts", key });
  const start = (
    name: string,
    value: string,
    base: Figure | number,
    target: number | null = null,
  ): SdkCase => ({ name, value: figure(value), base, unit: "ms", target, better: "lower" });
  return [
    start("later first answer than with bare bindings, of 3 ms", "later 2", 3, 1),
    start("later first answer than with bare bindings, with zod, of 3 ms", "later 3", 3),
    start("start to first answer vs bare bindings", "first 2", figure("first 1")),
    start("CPU until the first answer vs bare bindings", "cpu 2", figure("cpu 1")),
    start("start to first answer, with zod, vs Go", "first 3", figure("first 4")),
  ];
}

function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

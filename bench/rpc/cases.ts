import type { Load, Pair } from "./contenders.ts";

/** A number that a run printed, or the sum of several. */
export interface Figure {
  readonly pair: Pair;
  readonly load: Load;
  readonly keys: readonly string[];
}

/** One line of the result: a figure divided by another one. */
export interface RpcCase {
  readonly name: string;
  readonly value: Figure;
  readonly base: Figure;
  readonly unit: Unit;
  /** Absent: for information. */
  readonly target: number | null;
  readonly better: "higher" | "lower";
}

export type Unit = "µs" | "ms" | "calls/s" | "MiB/s" | "packets/s" | "bytes";

/** Which side of a pair is ours, and so which process is measured; in a pair it is both. */
type Side = "server" | "client" | "pair";

interface Measure {
  readonly name: string;
  readonly load: Load;
  readonly keys: Readonly<Record<Side, readonly string[]>>;
  readonly unit: Unit;
  readonly better: "higher" | "lower";
  readonly targets?: Readonly<Partial<Record<Side, number>>>;
  /** Absent for a raw socket. */
  readonly notRaw?: true;
  /** Only compared with Go: other runtimes do not run README's programs. */
  readonly onlyOurs?: true;
}

const measures: readonly Measure[] = [
  latency("p50 c1", { server: 0.75, client: 0.7 }),
  latency("p99 c1"),
  cpu("c1"),
  cpu("c16", { server: 0.6, client: 0.7 }),
  rate("c16", { server: 1.2, pair: 1.5 }),
  rate("c64", { server: 1.2, pair: 1.5 }),
  ...readme(),
  frames("1 MB", "rate 1MB", { server: 0.9 }),
  frames("16 MB", "rate 16MB", { server: 1.2, client: 1.5 }),
  frames("64 MB", "rate 64MB", { server: 1.2 }),
  {
    name: "packets/s",
    load: "packets",
    keys: each("rate"),
    unit: "packets/s",
    better: "higher",
    targets: { server: 1.3, client: 1.3 },
  },
  {
    name: "small calls/s beside 4 × 32 MiB",
    load: "mixed",
    keys: each("rate"),
    unit: "calls/s",
    better: "higher",
    targets: { server: 1 },
    notRaw: true,
  },
  {
    name: "small calls' p99 beside 4 × 32 MiB",
    load: "mixed",
    keys: each("p99"),
    unit: "µs",
    better: "lower",
    targets: { server: 1 },
    notRaw: true,
  },
  memory("memory idle", "calls", "Idle"),
  memory("memory after calls", "calls", "Loaded"),
  memory("memory after frames", "frames", "Loaded"),
];

/** The runtimes compared with Go on each side. The targets are for the first one. */
const contenders: readonly { readonly side: Side; readonly pair: Pair; readonly label: string }[] = [
  { side: "server", pair: "Go → ours", label: "" },
  { side: "client", pair: "ours → Go", label: "" },
  { side: "pair", pair: "ours → ours", label: "" },
  { side: "server", pair: "Go → connect-node", label: " (connect-node)" },
  { side: "server", pair: "Go → grpc-js", label: " (grpc-js)" },
  { side: "client", pair: "connect-node → Go", label: " (connect-node)" },
  { side: "pair", pair: "raw socket", label: " (raw socket)" },
];

/** Ours with the targets first, then the same of the others. */
export const rpcCases: readonly RpcCase[] = [
  ...contenders.slice(0, 3).flatMap(againstGo),
  ...againstRaw(),
  ...starts(),
  ...contenders.slice(3).flatMap(againstGo),
];

/** Without its own target: not worse than Go. Memory is for information, because Node itself takes 40 MB. */
function firstBar(unit: Unit): number | null {
  return unit === "bytes" ? null : 1;
}

function againstGo({ side, pair, label }: (typeof contenders)[number]): RpcCase[] {
  return measures
    .filter(({ notRaw }) => !(notRaw && pair === "raw socket"))
    .filter(({ onlyOurs }) => !(onlyOurs && label !== ""))
    .map(({ name, load, keys, unit, better, targets }) => ({
      name: `${side} ${name}${label}`,
      value: { pair, load, keys: keys[side] },
      base: { pair: "Go → Go", load, keys: keys[side] },
      unit,
      better,
      target: label === "" ? (targets?.[side] ?? firstBar(unit)) : null,
    }));
}

/** Both sides of ours, compared with a socket without a protocol. */
function againstRaw(): RpcCase[] {
  return measures
    .filter(({ notRaw }) => !notRaw)
    .map(({ name, load, keys, unit, better }) => ({
      name: `pair ${name} vs raw socket`,
      value: { pair: "ours → ours", load, keys: keys.pair },
      base: { pair: "raw socket", load, keys: keys.pair },
      unit,
      better,
      target: name === "p50 c1" ? 2.2 : null,
    }));
}

function starts(): RpcCase[] {
  const start = (pair: Pair): Figure => ({ pair, load: "start", keys: ["first"] });
  const plugins: readonly [Pair, string][] = [
    ["Go → ours", ""],
    ["Go → connect-node", " (connect-node)"],
    ["Go → grpc-js", " (grpc-js)"],
    ["Go → Go", " (Go)"],
  ];
  return plugins.map(([pair, label]) => ({
    name: `start to first answer vs bare node${label}`,
    value: start(pair),
    base: start("bare node"),
    unit: "ms",
    better: "lower",
    target: label === "" ? 1.6 : null,
  }));
}

function latency(name: string, targets?: Measure["targets"]): Measure {
  return { name, load: "calls", keys: each(name), unit: "µs", better: "lower", ...(targets && { targets }) };
}

function rate(callers: string, targets: Measure["targets"] = {}): Measure {
  const key = `rate ${callers}`;
  return {
    name: `calls/s ${callers}`,
    load: "calls",
    keys: each(key),
    unit: "calls/s",
    better: "higher",
    targets,
  };
}

function cpu(callers: string, targets: Measure["targets"] = {}): Measure {
  const keys = measured(`hostCpu ${callers}`, `pluginCpu ${callers}`);
  return { name: `CPU ${callers}`, load: "calls", keys, unit: "µs", better: "lower", targets, notRaw: true };
}

/** README's host and plugin, with their frames encoded and read. */
function readme(): Measure[] {
  const common = { load: "readme", notRaw: true, onlyOurs: true } as const;
  return [
    { ...common, name: "README p50 c1", keys: each("p50 c1"), unit: "µs", better: "lower" },
    { ...common, name: "README calls/s c16", keys: each("rate c16"), unit: "calls/s", better: "higher" },
  ];
}

function frames(name: string, key: string, targets: Measure["targets"] = {}): Measure {
  return {
    name: `frames ${name}`,
    load: "frames",
    keys: each(key),
    unit: "MiB/s",
    better: "higher",
    targets,
  };
}

function memory(name: string, load: Load, when: "Idle" | "Loaded"): Measure {
  return {
    name,
    load,
    keys: measured(`host${when}`, `plugin${when}`),
    unit: "bytes",
    better: "lower",
    notRaw: true,
  };
}

function each(key: string): Measure["keys"] {
  return { server: [key], client: [key], pair: [key] };
}

function measured(host: string, plugin: string): Measure["keys"] {
  return { server: [plugin], client: [host], pair: [host, plugin] };
}

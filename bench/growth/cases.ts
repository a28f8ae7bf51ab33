import type { Operation, Pair, RunName } from "./runs.ts";
import type { FieldCount } from "./size.ts";

/** A number that a run printed. */
export interface Figure {
  readonly run: RunName;
  readonly key: string;
}

/** One line of the result: a figure divided by another one, or by what it may be at most. */
export interface GrowthCase {
  readonly name: string;
  readonly value: Figure;
  readonly base: Figure | number;
  readonly unit: Unit;
  /** What the ratio is to be, or better. `null`: for information. */
  readonly target: number | null;
  readonly better: "higher" | "lower";
}

export type Unit = "µs" | "ms" | "ns/cell" | "calls/s" | "packets/s" | "MB" | "of the most" | "";

interface Target {
  readonly target?: number | null;
  readonly better?: "higher" | "lower";
}

export const growthCases: readonly GrowthCase[] = [
  ...signal(),
  ...stops(),
  ...starts(),
  ...crowds(),
  ...streams(),
  ...metadata(),
  ...beside(),
  ...frames(),
];

/** README's handler, with and without its signal. */
function signal(): GrowthCase[] {
  const read = (key: string): Figure => ({ run: "signal read", key });
  return [
    against(
      "README's handler reads signal: calls/s vs not",
      read("rate"),
      { ...read("rate"), run: "signal not read" },
      "calls/s",
      { target: 0.95, better: "higher" },
    ),
    against(
      "README's handler reads signal: CPU a call vs not",
      read("pluginCpu"),
      { ...read("pluginCpu"), run: "signal not read" },
      "µs",
      { target: 1.05 },
    ),
    against(
      "README's handler: calls/s vs Go",
      read("rate"),
      { ...read("rate"), run: "signal Go" },
      "calls/s",
      { target: 1, better: "higher" },
    ),
  ];
}

function stops(): GrowthCase[] {
  const vsGo = (name: string, pair: Pair, key: string, unit: Unit, target: number | null): GrowthCase =>
    againstGo(`${name} vs Go`, "stops", pair, key, unit, { target });
  return [
    against("stop one plugin, of 8 ms", figure("stops", "Go → ours", "stop one"), 8, "ms", { target: 1 }),
    vsGo("stop one plugin", "Go → ours", "stop one", "ms", null),
    vsGo("stop a hundred plugins", "Go → ours", "stop all", "ms", 2),
    vsGo("start a hundred plugins", "Go → ours", "start all", "ms", null),
    vsGo("our host stops one Go plugin", "ours → Go", "stop one", "ms", null),
    vsGo("our host stops a hundred Go plugins", "ours → Go", "stop all", "ms", 2),
    vsGo("our host starts a hundred Go plugins", "ours → Go", "start all", "ms", null),
    vsGo("our host's CPU a launch", "ours → Go", "hostCpu", "µs", null),
    vsGo("our host's descriptors a plugin", "ours → Go", "hostFiles", "", null),
    against("idle CPU of a plugin a second, of 100 µs", figure("stops", "Go → ours", "idleCpu"), 100, "µs", {
      target: null,
    }),
  ];
}

function starts(): GrowthCase[] {
  const first = (run: RunName): Figure => ({ run, key: "first" });
  return [
    against("start to first answer vs bare node", first("start ours"), first("start bare"), "ms", {
      target: 1.6,
    }),
    against("start to first answer vs Go", first("start ours"), first("start Go"), "ms", { target: null }),
    against(
      "start of README's plugin to first answer vs bare node",
      first("start README"),
      first("start bare"),
      "ms",
      { target: null },
    ),
  ];
}

/** Memory at 64 callers, and how even many callers come off. */
function crowds(): GrowthCase[] {
  return [
    against(
      "plugin memory at 64 callers, of 60 MB",
      figure("crowd", "Go → ours", "pluginBytes c64"),
      60e6,
      "MB",
      { target: 1 },
    ),
    against(
      "host memory at 64 callers, of 90 MB",
      figure("crowd", "ours → Go", "hostBytes c64"),
      90e6,
      "MB",
      { target: 1 },
    ),
    ...[256, 1024].flatMap((callers) => [
      against(
        `fewest calls of a caller vs most, ${callers} callers of a Go host`,
        figure("crowd", "Go → ours", `even c${callers}`),
        1,
        "of the most",
        { target: 0.75, better: "higher" },
      ),
      against(
        `fewest calls of a caller vs most, ${callers} callers, Go alone`,
        figure("crowd", "Go → Go", `even c${callers}`),
        1,
        "of the most",
        { target: null, better: "higher" },
      ),
      againstGo(`p99, ${callers} callers of a Go host vs Go`, "crowd", "Go → ours", `p99 c${callers}`, "µs", {
        target: 1,
      }),
      againstGo(
        `calls/s, ${callers} callers of a Go host vs Go`,
        "crowd",
        "Go → ours",
        `rate c${callers}`,
        "calls/s",
        { target: 1, better: "higher" },
      ),
      againstGo(`p99, ${callers} callers of our host vs Go`, "crowd", "ours → Go", `p99 c${callers}`, "µs", {
        target: 1,
      }),
      againstGo(
        `plugin memory, ${callers} callers vs Go`,
        "crowd",
        "Go → ours",
        `pluginBytes c${callers}`,
        "MB",
        { target: null },
      ),
    ]),
  ];
}

function streams(): GrowthCase[] {
  const vsGo = (
    name: string,
    pair: Pair,
    key: string,
    unit: Unit,
    target: Target = { target: 1 },
  ): GrowthCase => againstGo(`${name} vs Go`, "streams", pair, key, unit, target);
  return [
    vsGo("plugin memory, 1000 full-speed streams", "Go → ours", "pluginBytes s1000", "MB"),
    vsGo("host memory, 1000 full-speed streams", "ours → Go", "hostBytes s1000", "MB"),
    vsGo("longest gap, 100 full-speed streams of our plugin", "Go → ours", "gap s100", "ms"),
    vsGo("longest gap, 1000 full-speed streams of our plugin", "Go → ours", "gap s1000", "ms"),
    vsGo("longest gap, 100 full-speed streams to our host", "ours → Go", "gap s100", "ms"),
    vsGo("longest gap, 1000 full-speed streams to our host", "ours → Go", "gap s1000", "ms"),
    vsGo("packets/s, 1000 full-speed streams of our plugin", "Go → ours", "rate s1000", "packets/s", {
      target: 1,
      better: "higher",
    }),
    vsGo("packets/s, 1000 full-speed streams to our host", "ours → Go", "rate s1000", "packets/s", {
      target: 1,
      better: "higher",
    }),
    against(
      "host CPU a packet, 1000 streams of a Go plugin vs one",
      figure("streams", "ours → Go", "hostCpu s1000"),
      figure("streams", "ours → Go", "hostCpu s1"),
      "µs",
      { target: 2 },
    ),
    vsGo("host CPU a packet, 1000 streams of a Go plugin", "ours → Go", "hostCpu s1000", "µs"),
    against(
      "host CPU a packet, 1000 streams vs one, Go alone",
      figure("streams", "Go → Go", "hostCpu s1000"),
      figure("streams", "Go → Go", "hostCpu s1"),
      "µs",
      { target: null },
    ),
  ];
}

function metadata(): GrowthCase[] {
  return [
    againstGo("CPU a header that our host sends vs Go", "metadata", "ours → Go", "hostCpu", "µs", {
      target: 1,
    }),
    againstGo("CPU a header that our plugin receives vs Go", "metadata", "Go → ours", "pluginCpu", "µs", {
      target: 1,
    }),
  ];
}

/** What one thread has to do while others wait. */
function beside(): GrowthCase[] {
  const ours = (key: string): Figure => ({ run: "beside ours", key });
  const go = (key: string): Figure => ({ run: "beside Go", key });
  const none = { target: null } as const;
  return [
    against("longest wait beside an answer of 1M rows, of 20 ms", ours("longest rows"), 20, "ms", {
      target: 1,
    }),
    against(
      "longest wait beside an answer of 1M rows vs Go",
      ours("longest rows"),
      go("longest rows"),
      "ms",
      none,
    ),
    against(
      "longest wait beside an answer of 100 MB vs Go",
      ours("longest bytes"),
      go("longest bytes"),
      "ms",
      none,
    ),
    against(
      "longest wait beside an answer of 10,000 frames vs Go",
      ours("longest frames"),
      go("longest frames"),
      "ms",
      none,
    ),
    against("answers of 10,000 frames a second vs Go", ours("rate frames"), go("rate frames"), "calls/s", {
      target: null,
      better: "higher",
    }),
    against("answers of 100 MB a second vs Go", ours("rate bytes"), go("rate bytes"), "calls/s", {
      target: null,
      better: "higher",
    }),
  ];
}

/** Frames of ten rows, and ever more fields: a cell costs the same. */
function frames(): GrowthCase[] {
  const ns = (operation: Operation, fields: FieldCount, side: "ours" | "Go"): Figure => ({
    run: `${operation}, ${fields} fields ${side}`,
    key: "ns",
  });
  const operations: readonly Operation[] = ["encode", "decode", "write JSON", "read JSON"];
  const counts: readonly FieldCount[] = ["10", "100", "1e3", "1e4", "1e5"];
  const vsGo = (operation: Operation, fields: FieldCount): GrowthCase =>
    against(
      `fields ${fields} ${operation} ns/cell vs Go`,
      ns(operation, fields, "ours"),
      ns(operation, fields, "Go"),
      "ns/cell",
      { target: 1 },
    );
  return [
    ...operations.flatMap((operation) => [
      ...counts.map((fields) => vsGo(operation, fields)),
      ...(["1e4", "1e5"] as const).map((fields) =>
        against(
          `fields ${fields} ${operation} ns/cell vs 1e3`,
          ns(operation, fields, "ours"),
          ns(operation, "1e3", "ours"),
          "ns/cell",
          { target: 1.3 },
        ),
      ),
    ]),
    ...(["write JSON", "read JSON"] as const).map((operation) => vsGo(operation, "1")),
    against(
      "plain arrays, 1e7 rows encode ns/cell vs Go",
      { run: "encode plain ours", key: "ns" },
      { run: "encode plain Go", key: "ns" },
      "ns/cell",
      { target: 1 },
    ),
  ];
}

function figure(load: "crowd" | "metadata" | "stops" | "streams", pair: Pair, key: string): Figure {
  return { run: `${load} ${pair}`, key };
}

function againstGo(
  name: string,
  load: "crowd" | "metadata" | "stops" | "streams",
  pair: Pair,
  key: string,
  unit: Unit,
  target: Target,
): GrowthCase {
  return against(name, figure(load, pair, key), figure(load, "Go → Go", key), unit, target);
}

function against(
  name: string,
  value: Figure,
  base: Figure | number,
  unit: Unit,
  { target = null, better = "lower" }: Target,
): GrowthCase {
  return { name, value, base, unit, target, better };
}

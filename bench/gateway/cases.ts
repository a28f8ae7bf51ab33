import type { RunFigure } from "../run-groups.ts";
import { contenders, type RunName } from "./runs.ts";

/** A number that a run prints. */
export type Figure = RunFigure<RunName>;

/** One line of the result: a figure of ours divided by the same one of the other. */
export interface GatewayCase {
  readonly name: string;
  readonly value: Figure;
  readonly base: Figure;
  readonly unit: Unit;
  /** The ratio to reach, or better. `null`: for information. */
  readonly target: number | null;
  readonly better: "higher" | "lower";
}

export type Unit = "calls/s" | "MB" | "MB/s" | "messages/s" | "µs";

export const gatewayCases: readonly GatewayCase[] = [
  rate("small query, 1 caller", "queries", "c1", "calls/s", null),
  cpu("small query, 1 caller", "queries", "c1", 1),
  rate("small query, 16 callers", "queries", "c16", "calls/s", 1),
  cpu("small query, 16 callers", "queries", "c16", 1),
  rate("small query, 64 callers", "queries", "c64", "calls/s", 1),
  cpu("small query, 64 callers", "queries", "c64", 1),
  lower("small query, 1 caller: median time vs Go", "queries", "p50 c1", "µs", null),
  rate("answer of 16 MB, 1 caller", "answers", "c1", "MB/s", 1),
  cpu("answer of 16 MB, 1 caller", "answers", "c1", null),
  lower("first line of chunks: time vs Go", "chunks", "first", "µs", 1),
  rate("100,000 rows in chunks", "chunks", "c1", "MB/s", null),
  rate("resource of 1 kB, 16 callers", "resources", "small", "calls/s", null),
  cpu("resource of 1 kB, 16 callers", "resources", "small", null),
  rate("resource of 10 MB, 1 caller", "resources", "large", "MB/s", null),
  cpu("resource of 10 MB, 1 caller", "resources", "large", null),
  rate("1,000 subscribers on 10 channels", "live", "live", "messages/s", 1),
  lower("1,000 subscribers on 10 channels: CPU a message vs Go", "live", "cpu live", "µs", null),
  lower("memory with 1,000 subscribers vs Go", "live", "loaded", "MB", null),
  lower("memory idle vs Go", "queries", "idle", "MB", null),
  lower("memory after small queries vs Go", "queries", "loaded", "MB", null),
  lower("memory after answers of 16 MB vs Go", "answers", "loaded", "MB", null),
  {
    name: "small query, 16 callers: CPU a call vs bare node:http",
    value: { run: "queries", key: keyOf("cpu c16", "ours") },
    base: { run: "queries", key: keyOf("cpu c16", "bare") },
    unit: "µs",
    target: null,
    better: "lower",
  },
];

function rate(name: string, load: RunName, key: string, unit: Unit, target: number | null): GatewayCase {
  return {
    name: `${name}: ${unit} vs Go`,
    ...pair(load, `rate ${key}`),
    unit,
    target,
    better: "higher",
  };
}

function cpu(name: string, load: RunName, key: string, target: number | null): GatewayCase {
  return lower(`${name}: CPU a call vs Go`, load, `cpu ${key}`, "µs", target);
}

function lower(name: string, load: RunName, key: string, unit: Unit, target: number | null): GatewayCase {
  return { name, ...pair(load, key), unit, target, better: "lower" };
}

function pair(run: RunName, key: string): Pick<GatewayCase, "base" | "value"> {
  return { value: { run, key: keyOf(key, "ours") }, base: { run, key: keyOf(key, "Go") } };
}

function keyOf(key: string, contender: (typeof contenders)[number]): string {
  return `${key} ${contenders.indexOf(contender) + 1}`;
}

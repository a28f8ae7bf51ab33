import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createRandom } from "../fuzz/random.ts";
import { until } from "../helpers/until.ts";
import { buildGoPeers } from "../interop/go-peers.ts";
import { type Census, descriptorsSince, openDescriptors, takeCensus } from "./census.ts";
import { allFaults } from "./faults/all-faults.ts";
import { pluginsAtOnce, startsInARow } from "./faults/many-plugins.ts";
import { createLedger } from "./ledger.ts";
import type { Fault, Options, World } from "./world.ts";

/** What a run did, and what it lost: every number after `calls` has to be 0. */
export interface ChaosReport {
  readonly seed: number;
  readonly seconds: number;
  /** Faults that were injected, in all and by name. */
  readonly faults: number;
  readonly faultsByName: Readonly<Record<string, number>>;
  /** Faults that this machine does not allow, with the reason. */
  readonly unavailable: Readonly<Record<string, string>>;
  /** Starts and calls that were followed to their end. */
  readonly calls: number;
  readonly unsettled: number;
  readonly wrongCode: number;
  readonly processesLeft: number;
  readonly socketsLeft: number;
  readonly descriptorsLeaked: number;
  /** Bytes on the heap and in buffers after the run, beyond those after its first round, both after a collection. */
  readonly memoryGrowth: number;
  /** A line for each thing that was lost. */
  readonly complaints: readonly string[];
}

export interface ChaosOptions {
  /** How long faults by chance are injected at least. */
  readonly seconds: number;
  /** How many faults are injected at least, however long they take on this machine. */
  readonly faults: number;
  readonly seed: number;
  /** Starts in a row at the end. */
  readonly startsInARow: number;
  readonly hostOptions?: Partial<Options> | undefined;
  /** Told of each round, for people who watch. */
  readonly onRound?: ((names: readonly string[]) => void) | undefined;
}

/** Sequences of faults that run at the same time, and the length of each, until it is checked what is left. */
const lanes = 4;
const faultsPerLane = 5;

/**
 * Starts real plugins and breaks them, in rounds: first every kind at once, then by chance in lanes until the time is
 * over and the number reached, at last many starts. After each round nothing may be left. `TMPDIR` of this process is the run's own
 * until the end.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seconds, faults, seed } = options;
  const systemDirectory = tmpdir();
  const directory = await mkdtemp(join(systemDirectory, "gpp-chaos-"));
  const ledger = createLedger();
  const lost = { processesLeft: 0, socketsLeft: 0 };
  const complaints: string[] = [];
  const faultsByName: Record<string, number> = {};
  const goPlugin = (await buildGoPeers())?.plugin;
  let names = 0;
  const world = (index: number): World => ({
    random: createRandom(seed, index),
    ledger,
    goPlugin,
    directory,
    newName: () => `chaos-${names++}`,
    hostOptions: options.hostOptions ?? {},
  });
  const alreadyLeft = new Set<string>();
  let injected = 0;
  const inject = async (fault: Fault): Promise<void> => {
    faultsByName[fault.name] = (faultsByName[fault.name] ?? 0) + 1;
    injected++;
    try {
      await endsInTime(fault.inject(world(injected)));
    } catch (error) {
      complaints.push(`${fault.name} could not go on: ${error instanceof Error ? error.stack : error}`);
    }
  };
  const round = async (faultsOfLanes: readonly (readonly Fault[])[]): Promise<void> => {
    options.onRound?.(faultsOfLanes.map((faults) => faults.map(({ name }) => name).join(", ")));
    await Promise.all(
      faultsOfLanes.map(async (faults) => {
        for (const fault of faults) await inject(fault);
      }),
    );
    const isClean = (): boolean => Object.values(takeCensus(directory)).every((list) => list.length === 0);
    await until("nothing is left", isClean).catch(() => {});
    const { processes, sockets } = newSince(alreadyLeft, takeCensus(directory));
    lost.processesLeft += processes.length;
    lost.socketsLeft += sockets.length;
    complaints.push(...[...processes, ...sockets].map((what) => `left behind: ${what}`));
  };

  process.env["TMPDIR"] = directory;
  try {
    const { possible, unavailable } = await sortOut(allFaults);
    const chance = createRandom(seed, 0);
    // What the first use of everything loads and opens is no leak.
    await round([...new Set(possible)].map((fault) => [fault]));
    const before = { descriptors: openDescriptors(), memory: await usedMemory() };
    const end = performance.now() + seconds * 1000;
    const manyByChance = (): Fault[] => Array.from({ length: faultsPerLane }, () => chance.pick(possible));
    while (performance.now() < end || injected < faults)
      await round(Array.from({ length: lanes }, manyByChance));
    await round([[pluginsAtOnce]]);
    await round([[startsInARow(options.startsInARow)]]);
    const memoryGrowth = (await usedMemory()) - before.memory;
    const descriptors = descriptorsSince(before.descriptors);
    const { complaints: ofCalls, ...count } = ledger.count();
    return {
      seed,
      seconds,
      faults: injected,
      ...count,
      ...lost,
      descriptorsLeaked: descriptors.count,
      memoryGrowth,
      faultsByName,
      unavailable,
      complaints: [...ofCalls, ...complaints, ...descriptors.lines],
    };
  } finally {
    process.env["TMPDIR"] = systemDirectory;
    await rm(directory, { recursive: true, force: true });
  }
}

/** What one round leaves must not be counted again after the next. */
function newSince(known: Set<string>, { processes, sockets }: Census): Census {
  const isNew = (what: string): boolean => !known.has(what);
  const fresh = { processes: processes.filter(isNew), sockets: sockets.filter(isNew) };
  for (const what of [...processes, ...sockets]) known.add(what);
  return fresh;
}

/** A fault that waits for ever, for a plugin to close say, is a defect that has to show. */
async function endsInTime(injected: Promise<void>): Promise<void> {
  const waiting = new AbortController();
  const tooLate = delay(300_000, "late", { signal: waiting.signal }).catch(() => "late");
  const first = await Promise.race([injected, tooLate]).finally(() => waiting.abort());
  if (first === "late") throw new Error("it had not ended after five minutes");
}

async function sortOut(
  faults: readonly Fault[],
): Promise<{ possible: readonly Fault[]; unavailable: Record<string, string> }> {
  const unavailable: Record<string, string> = {};
  for (const fault of new Set(faults)) {
    const reason = await fault.unavailable?.();
    if (reason !== undefined) unavailable[fault.name] = reason;
  }
  return { possible: faults.filter(({ name }) => !(name in unavailable)), unavailable };
}

/** Bytes in use after full collections, as buffers go a turn after the objects that held them. */
async function usedMemory(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let times = 0; times < 3; times++) {
    collect();
    await delay(50);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, stop } from "esbuild";
import { attachPlugin, type LaunchedPlugin, launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { findGoProgram } from "../../bench/find-go-program.ts";
import { frameBytesByQuery, queryFor } from "../../bench/rpc/requests.ts";
import { openDescriptors, takeCensus } from "../chaos/census.ts";
import { until } from "../helpers/until.ts";
import { findGrowth, minSamples, type Sample } from "./find-growth.ts";
import { usedMemory } from "./used-memory.ts";

export interface SoakOptions {
  /** How long it takes at least. What is left of it after launches and attachments is filled with calls. */
  readonly seconds: number;
  readonly launches: number;
  readonly attachments: number;
  /** Told of each sample, for people who watch. */
  readonly onSample?: ((sample: Sample) => void) | undefined;
}

export interface SoakReport {
  readonly samples: readonly Sample[];
  /** A line for each thing that there is more of at the end. */
  readonly growth: readonly string[];
  /** Whether plugins in Go were there, too. */
  readonly hasGo: boolean;
}

type Plugin = LaunchedPlugin<typeof v2>;

interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** Callers of each lasting plugin. */
const callers = 4;
/** Calls of each caller in a sample that has no time left. */
const fewestCalls = 10;
/** Launches, and attachments, at once. */
const lanes = 4;
const maxSamples = 40;

/**
 * Launches and stops plugins, attaches to lasting ones and detaches, and calls them, in slices; after each it says what
 * is there. `TMPDIR` of this process is the run's own until the end.
 *
 * @throws what a launch, an attachment or a call throws: all of them have to succeed
 */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const systemDirectory = tmpdir();
  const directory = await mkdtemp(join(systemDirectory, "gpp-soak-"));
  const goProgram = await findGoProgram("benchrpc");
  process.env["TMPDIR"] = directory;
  const lasting: Plugin[] = [];
  try {
    const commands = [
      { command: process.execPath, args: [await bundlePlugin(directory)] },
      ...(goProgram === undefined ? [] : [{ command: goProgram, args: ["plugin"] }]),
    ];
    for (const command of commands) lasting.push(await launch(command));
    const samples = await soak(options, commands, lasting, directory);
    return { samples, growth: findGrowth(samples), hasGo: goProgram !== undefined };
  } finally {
    await Promise.all(lasting.map((plugin) => plugin.close()));
    process.env["TMPDIR"] = systemDirectory;
    await rm(directory, { recursive: true, force: true });
  }
}

async function soak(
  { seconds, launches, attachments, onSample }: SoakOptions,
  commands: readonly Command[],
  lasting: readonly Plugin[],
  directory: string,
): Promise<Sample[]> {
  const slices = Math.max(1, Math.min(maxSamples, Math.floor(launches / commands.length / 2)));
  const began = performance.now();
  const samples: Sample[] = [];
  const done = { launches: 0, attachments: 0, calls: 0 };
  // What the first use of everything loads, compiles and opens is no growth.
  for (const command of commands) await launchAndStop(command);
  await Promise.all(lasting.map((plugin) => attachAndDetach(plugin)));
  for (let slice = 1; slice <= slices; slice++) {
    const newLaunches = Math.floor((launches * slice) / slices) - done.launches;
    await inLanes(newLaunches, (i) => launchAndStop(pick(commands, done.launches + i)));
    done.launches += newLaunches;
    const newAttachments = Math.floor((attachments * slice) / slices) - done.attachments;
    await inLanes(newAttachments, (i) => attachAndDetach(pick(lasting, done.attachments + i)));
    done.attachments += newAttachments;
    const end = began + (seconds * 1000 * slice) / slices;
    done.calls += await callAll(lasting, end);
    const sample = await takeSample(began, done, lasting, directory, samples[0]);
    samples.push(sample);
    onSample?.(sample);
  }
  return samples;
}

/** A sample when nothing is left that was not there at first, or after a while with what is left. */
async function takeSample(
  began: number,
  done: { readonly launches: number; readonly attachments: number; readonly calls: number },
  [ours]: readonly Plugin[],
  directory: string,
  first: Sample | undefined,
): Promise<Sample> {
  if (ours === undefined) throw new Error("no plugin of ours runs");
  const count = () => {
    const { processes, sockets } = takeCensus(directory);
    const descriptors = [...openDescriptors().values()].reduce((sum, each) => sum + each, 0);
    return { descriptors, processes: processes.length, sockets: sockets.length };
  };
  const isSettled = (): boolean => {
    const { descriptors, processes, sockets } = count();
    if (first === undefined) return true;
    const { host } = first;
    return descriptors <= host.descriptors && processes <= host.processes && sockets <= host.sockets;
  };
  await until("nothing is left", isSettled, 5000).catch(() => {});
  const { jsonDetails } = await ours.diagnostics.checkHealth({});
  return {
    seconds: (performance.now() - began) / 1000,
    ...done,
    host: { bytes: await usedMemory(), residentBytes: process.memoryUsage.rss(), ...count() },
    plugin: JSON.parse(new TextDecoder().decode(jsonDetails)) as Sample["plugin"],
  };
}

async function launch({ command, args }: Command): Promise<Plugin> {
  return await launchPlugin({ command, args, protocols: [v2] });
}

async function launchAndStop(command: Command): Promise<void> {
  const plugin = await launch(command);
  try {
    await call(plugin);
  } finally {
    await plugin.close();
  }
}

async function attachAndDetach({ attachInfo }: Plugin): Promise<void> {
  if (attachInfo === undefined) throw new Error("expected a plugin that can be attached to");
  const attached = await attachPlugin({ attachInfo, protocols: [v2] });
  try {
    await call(attached);
  } finally {
    await attached.close();
  }
}

async function call({ data }: Pick<Plugin, "data">): Promise<void> {
  const { responses } = await data.queryData(queryFor(frameBytesByQuery.small));
  const bytes = responses["A"]?.frames[0]?.length;
  if (bytes !== frameBytesByQuery.small) throw new Error(`expected a frame of 1200 bytes, got ${bytes}`);
}

/** Calls every plugin until this moment, and a few times at least. Gives the number of calls. */
async function callAll(plugins: readonly Plugin[], end: number): Promise<number> {
  const counts = await Promise.all(
    plugins.flatMap((plugin) =>
      Array.from({ length: callers }, async () => {
        let calls = 0;
        for (; calls < fewestCalls || performance.now() < end; calls++) await call(plugin);
        return calls;
      }),
    ),
  );
  return counts.reduce((sum, calls) => sum + calls, 0);
}

async function inLanes(count: number, task: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < count) await task(next++);
    }),
  );
}

/** As a plugin is shipped. */
async function bundlePlugin(directory: string): Promise<string> {
  const outfile = join(directory, "soaked.cjs");
  await build({
    bundle: true,
    platform: "node",
    target: "node22",
    conditions: ["grafana-plugin-protocol-source"],
    logLevel: "error",
    entryPoints: [join(import.meta.dirname, "plugin.ts")],
    format: "cjs",
    outfile,
  });
  // Its service is a process, and none of those that are counted.
  await stop();
  return outfile;
}

function pick<T>(values: readonly T[], i: number): T {
  const value = values[i % values.length];
  if (value === undefined) throw new Error("there is nothing to pick from");
  return value;
}

/** Whether a run of so many launches judges memory. */
export function judgesMemory({ samples }: SoakReport): boolean {
  return samples.length >= minSamples;
}

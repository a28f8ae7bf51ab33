import { mkdtemp, rm } from "node:fs/promises";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stop } from "esbuild";
import { type GatewayServer, serveGateway } from "grafana-plugin-protocol/gateway";
import { bundlePrograms } from "../../../bench/bundle-programs.ts";
import { findGoProgram } from "../../../bench/find-go-program.ts";
import { descriptorsSince, openDescriptors, takeCensus } from "../../chaos/census.ts";
import { createLedger } from "../../chaos/ledger.ts";
import { createRandom } from "../../fuzz/random.ts";
import { until } from "../../helpers/until.ts";
import { findMore, findRising, minSamples } from "../../soak/find-growth.ts";
import { usedMemory } from "../../soak/used-memory.ts";
import { askAndJudge } from "./ask-and-judge.ts";
import { findLeft } from "./find-left.ts";
import { type Kind, kinds } from "./kinds.ts";
import { type LiveKind, liveKinds } from "./live/live-kinds.ts";
import { moveIn } from "./live/residents.ts";
import { visitAndJudge } from "./live/visit-and-judge.ts";
import { kill, startVictim, type Victim } from "./victim.ts";

export interface GatewaySoakOptions {
  /** How long it takes at least. */
  readonly seconds: number;
  /** Parts of the run. In each of them a plugin is killed; after it nothing may be left. */
  readonly slices: number;
  /** Requests of a slice at least. */
  readonly requests: number;
  readonly seed: number;
  /** Told of each sample, for people who watch. */
  readonly onSample?: ((sample: GatewaySample) => void) | undefined;
}

/** What was there after a slice, when no request was in flight and no subscriber was there. */
export interface GatewaySample {
  /** So far. */
  readonly requests: number;
  readonly kills: number;
  /** Requests that failed because their plugin had been killed. */
  readonly failed: number;
  /** Packets that subscribers took who stayed while plugins were killed. */
  readonly packets: number;
  /** How often their streams began anew in the next process. */
  readonly resumptions: number;
  readonly bytes: number;
  readonly descriptors: number;
  readonly processes: number;
  readonly sockets: number;
}

export interface GatewaySoakReport {
  readonly seed: number;
  readonly samples: readonly GatewaySample[];
  /** How many of each kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** A line for each thing that was lost, left or has grown. */
  readonly complaints: readonly string[];
  /** Whether a plugin in Go was there, too. */
  readonly hasGo: boolean;
}

const uids = ["ours", "other"] as const;

/** What is asked for, all with the same chance. */
export const allKinds: readonly (Kind | LiveKind)[] = [...kinds, ...liveKinds];

/** Clients at once. */
const clients = 12;

/**
 * Serves two plugins and asks for everything at once, while one plugin after the other is killed; clients go in the middle
 * of answers, of uploads and of streams. Every request has to end with a right answer, or with an error if its plugin was
 * killed; subscribers of Live get every packet of a stream, which is opened again when its plugin was killed.
 * `TMPDIR` of this process is the run's own until the end.
 */
export async function runGatewaySoak(options: GatewaySoakOptions): Promise<GatewaySoakReport> {
  const systemDirectory = tmpdir();
  const directory = await mkdtemp(join(systemDirectory, "gpp-gateway-soak-"));
  const goProgram = await findGoProgram("benchgateway");
  await bundlePrograms(import.meta.dirname, ["plugin"], directory);
  // Its service is a process, and none of those that are counted.
  await stop();
  process.env["TMPDIR"] = directory;
  const before = openDescriptors();
  const victims: Victim[] = [];
  try {
    const ours = { command: process.execPath, args: [join(directory, "plugin.cjs")] };
    const other = goProgram === undefined ? ours : { command: goProgram, args: ["plugin"] };
    victims.push(await startVictim("ours", ours), await startVictim("other", other));
    const server = await serveGateway({
      plugins: victims.map(({ uid, plugin }) => ({ id: uid, client: plugin })),
      dataSources: victims.map(({ uid }) => ({ name: uid, uid, type: uid })),
      // A stream ends with its last subscriber, or has the next one before that.
      live: { lingerMs: 50 },
      port: 0,
    });
    const soaked = await soak(options, server, victims, directory);
    await server.close();
    await Promise.all(victims.map(({ plugin }) => plugin.close()));
    const left = await leftOver(directory, before);
    const { samples, ...rest } = soaked;
    return {
      seed: options.seed,
      ...rest,
      samples,
      hasGo: goProgram !== undefined,
      complaints: [...soaked.complaints, ...growth(samples), ...left],
    };
  } finally {
    await Promise.all(victims.map(({ plugin }) => plugin.close({ graceMs: 0 })));
    process.env["TMPDIR"] = systemDirectory;
    await rm(directory, { recursive: true, force: true });
  }
}

async function soak(
  { seconds, slices, requests, seed, onSample }: GatewaySoakOptions,
  server: GatewayServer,
  victims: readonly Victim[],
  directory: string,
): Promise<Pick<GatewaySoakReport, "complaints" | "kinds" | "samples">> {
  const ledger = createLedger();
  const counts: Record<string, number> = {};
  const samples: GatewaySample[] = [];
  const complaints: string[] = [];
  const total = { requests: 0, kills: 0, failed: 0, packets: 0, resumptions: 0 };
  const agent = new Agent({ keepAlive: true });
  const askOnce = async (kind: Kind | LiveKind): Promise<void> => {
    const number = total.requests++;
    counts[kind.name] = (counts[kind.name] ?? 0) + 1;
    const random = createRandom(seed, number);
    const asked =
      "plan" in kind
        ? visitAndJudge(server.port, kind.plan(random, uids), victims)
        : askAndJudge(server.port, agent, kind.make(random, uids), victims);
    const call = asked.then((isFailed) => {
      if (isFailed) total.failed++;
    });
    await ledger.follow(`${kind.name}, request ${number}`, call, ["ok"]);
  };
  // What the first use of everything loads, compiles and opens is no growth; memory needs more of it than the rest.
  const warmUp = Array.from({ length: slices < minSamples ? 1 : 30 }, () => allKinds).flat();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let kind = warmUp.pop(); kind !== undefined; kind = warmUp.pop()) await askOnce(kind);
    }),
  );
  const began = performance.now();
  for (let slice = 1; slice <= slices; slice++) {
    const sliceEnd = began + (seconds * 1000 * slice) / slices;
    const lastRequest = total.requests + requests;
    const killAt = total.requests + Math.floor(requests / 2);
    const victim = victims[slice % victims.length];
    let killing: Promise<void> | undefined;
    const residents = await moveIn(server.port, victims);
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (total.requests < lastRequest || performance.now() < sliceEnd) {
          if (total.requests >= killAt && killing === undefined && victim !== undefined) {
            total.kills++;
            killing = kill(victim);
          }
          await askOnce(createRandom(seed, total.requests).pick(allKinds));
        }
      }),
    );
    await killing;
    const stayed = residents.leave().then(({ packets, resumptions }) => {
      total.packets += packets;
      total.resumptions += resumptions;
    });
    await ledger.follow(`subscribers that stay, slice ${slice}`, stayed, ["ok"]);
    agent.destroy();
    const sample = await takeSample(server, total, directory, samples[0]);
    samples.push(sample);
    onSample?.(sample);
    complaints.push(...(await findLeft(server)));
  }
  return { samples, kinds: counts, complaints: [...ledger.count().complaints, ...complaints] };
}

type Counted = Pick<GatewaySample, "descriptors" | "processes" | "sockets">;

/** A sample when nothing is left that was not there at first, or after a while with what is left. */
async function takeSample(
  server: GatewayServer,
  total: Omit<GatewaySample, keyof Counted | "bytes">,
  directory: string,
  first: GatewaySample | undefined,
): Promise<GatewaySample> {
  const count = (): Counted => {
    const { processes, sockets } = takeCensus(directory);
    const descriptors = [...openDescriptors().values()].reduce((sum, each) => sum + each, 0);
    return { descriptors, processes: processes.length, sockets: sockets.length };
  };
  const isSettled = (): boolean => {
    const { descriptors, processes, sockets } = count();
    return (
      first === undefined ||
      (descriptors <= first.descriptors && processes <= first.processes && sockets <= first.sockets)
    );
  };
  await until("nothing is left in the gateway", async () => (await findLeft(server)).length === 0).catch(
    () => {},
  );
  await until("nothing is left", isSettled, 5000).catch(() => {});
  return { ...total, bytes: await usedMemory(), ...count() };
}

function growth(samples: readonly GatewaySample[]): string[] {
  return [
    ...findMore(
      "descriptors",
      samples.map(({ descriptors }) => descriptors),
    ),
    ...findMore(
      "processes",
      samples.map(({ processes }) => processes),
    ),
    ...findMore(
      "sockets and their directories",
      samples.map(({ sockets }) => sockets),
    ),
    ...(samples.length < minSamples
      ? []
      : findRising(
          "memory",
          samples.map(({ bytes }) => bytes),
        )),
  ];
}

async function leftOver(directory: string, before: ReadonlyMap<string, number>): Promise<string[]> {
  const lines = (): string[] => {
    const { processes, sockets } = takeCensus(directory);
    return [
      ...[...processes, ...sockets].map((what) => `left behind: ${what}`),
      ...descriptorsSince(before).lines.map((line) => `left open: ${line}`),
    ];
  };
  await until("nothing is left", () => lines().length === 0, 5000).catch(() => {});
  return lines();
}

/** Whether a run of so many slices judges memory. */
export function judgesMemory({ samples }: GatewaySoakReport): boolean {
  return samples.length >= minSamples;
}

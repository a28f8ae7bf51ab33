import { mkdtemp, rm } from "node:fs/promises";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stop } from "esbuild";
import { type GatewayServer, serveGateway } from "grafana-plugin-protocol/gateway";
import { type SupervisedPlugin, supervisePlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { bundlePrograms } from "../../../bench/bundle-programs.ts";
import { findGoProgram } from "../../../bench/find-go-program.ts";
import { descriptorsSince, openDescriptors, takeCensus } from "../../chaos/census.ts";
import { createLedger } from "../../chaos/ledger.ts";
import { createRandom } from "../../fuzz/random.ts";
import { until } from "../../helpers/until.ts";
import { findMore, findRising, minSamples } from "../../soak/find-growth.ts";
import { usedMemory } from "../../soak/used-memory.ts";
import { type Asked, ask } from "./ask.ts";
import { type Kind, kinds, type MadeRequest } from "./kinds.ts";

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

/** What was there after a slice, when no request was in flight. */
export interface GatewaySample {
  /** So far. */
  readonly requests: number;
  readonly kills: number;
  /** Requests that failed because their plugin had been killed. */
  readonly failed: number;
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

/** A plugin that is killed now and then. */
interface Victim {
  readonly uid: string;
  readonly plugin: SupervisedPlugin<typeof v2>;
  deaths: number;
  isDown: boolean;
}

/** Clients at once. */
const clients = 12;

/**
 * Serves two plugins and asks for everything at once, while one plugin after the other is killed; clients go in the middle
 * of answers and of uploads. Every request has to end with a right answer, or with an error if its plugin was killed.
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

async function startVictim(
  uid: string,
  command: { readonly command: string; readonly args: readonly string[] },
): Promise<Victim> {
  const plugin = await supervisePlugin({
    ...command,
    protocols: [v2],
    // Calls wait for as long as a start takes on a busy machine.
    callsWhileDown: { waitMs: 120_000 },
    restart: { firstDelayMs: 10, maxDelayMs: 10, maxRestarts: 1_000_000 },
  });
  return { uid, plugin, deaths: 0, isDown: false };
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
  const total = { requests: 0, kills: 0, failed: 0 };
  const agent = new Agent({ keepAlive: true });
  const askOnce = async (kind: Kind): Promise<void> => {
    const number = total.requests++;
    counts[kind.name] = (counts[kind.name] ?? 0) + 1;
    const made = kind.make(createRandom(seed, number), ["ours", "other"]);
    const call = askAndJudge(server.port, agent, made, victims).then((isFailed) => {
      if (isFailed) total.failed++;
    });
    await ledger.follow(`${kind.name}, request ${number}`, call, ["ok"]);
  };
  // What the first use of everything loads, compiles and opens is no growth; memory needs more of it than the rest.
  const warmUp = Array.from({ length: slices < minSamples ? 1 : 30 }, () => kinds).flat();
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
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (total.requests < lastRequest || performance.now() < sliceEnd) {
          if (total.requests >= killAt && killing === undefined && victim !== undefined) {
            total.kills++;
            killing = kill(victim);
          }
          await askOnce(createRandom(seed, total.requests).pick(kinds));
        }
      }),
    );
    await killing;
    agent.destroy();
    const sample = await takeSample(server, total, directory, samples[0]);
    samples.push(sample);
    onSample?.(sample);
    const inFlight = await requestsInFlight(server);
    if (inFlight !== 1) complaints.push(`${inFlight} requests in flight where only this one was`);
  }
  return { samples, kinds: counts, complaints: [...ledger.count().complaints, ...complaints] };
}

/**
 * Whether the request failed because its plugin had been killed.
 *
 * @throws Error for any other failure, and for an answer that is not right
 */
async function askAndJudge(
  port: number,
  agent: Agent,
  { asking, sources, findFault, tellsOfDeath = isUnavailable }: MadeRequest,
  victims: readonly Victim[],
): Promise<boolean> {
  const own = victims.filter(({ uid }) => sources.includes(uid));
  const before = own.map(({ deaths, isDown }) => ({ deaths, isDown }));
  const mayFail = (): boolean =>
    own.some(({ deaths }, index) => before[index]?.isDown === true || before[index]?.deaths !== deaths);
  let answer: Asked | undefined;
  try {
    answer = await ask(port, agent, asking);
  } catch (error) {
    // A status that was sent already cannot say any more that the rest is missing.
    if (mayFail()) return true;
    throw error;
  }
  const fault = answer && findFault(answer);
  if (fault === undefined || answer === undefined) return false;
  if (mayFail() && tellsOfDeath(answer)) return true;
  throw new Error(fault);
}

function isUnavailable({ status, body }: Asked): boolean {
  return status === 500 && /"plugin\.(connectionUnavailable|unavailable)"/.test(body.toString());
}

/** Kills the process, and resolves when the next one is ready. */
async function kill(victim: Victim): Promise<void> {
  const pid = victim.plugin.process?.pid;
  if (pid === undefined) throw new Error(`expected that the plugin "${victim.uid}" runs`);
  victim.deaths++;
  victim.isDown = true;
  process.kill(pid, "SIGKILL");
  await until("the plugin runs again", () => {
    const next = victim.plugin.process?.pid;
    return next !== undefined && next !== pid;
  });
  victim.isDown = false;
}

async function requestsInFlight({ gateway }: GatewayServer): Promise<number> {
  const response = await gateway.fetch(new Request("http://localhost/metrics"));
  return Number(/^grafana_plugin_gateway_http_requests_in_flight (\d+)$/m.exec(await response.text())?.[1]);
}

/** A sample when nothing is left that was not there at first, or after a while with what is left. */
async function takeSample(
  server: GatewayServer,
  total: Pick<GatewaySample, "failed" | "kills" | "requests">,
  directory: string,
  first: GatewaySample | undefined,
): Promise<GatewaySample> {
  const count = () => {
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
  await until("no request is in flight", async () => (await requestsInFlight(server)) === 1).catch(() => {});
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

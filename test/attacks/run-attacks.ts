import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attachedAttacks } from "./attached-attacks.ts";
import { type AttackedProcess, startAttacked } from "./attacked-process.ts";
import { startBystander } from "./bystander.ts";
import { type HostAttack, hostAttacks, listenForHost } from "./host-attacks.ts";
import { type PluginAttack, pluginAttacks, pluginFloods } from "./plugin-attacks.ts";
import { serviceAttacks } from "./service-attacks.ts";

/** What one attack did. */
export interface AttackResult {
  readonly name: string;
  /** How its calls and connections ended. */
  readonly outcomes: readonly string[];
  /** Whether one of them is what it has to be. */
  readonly isExpected: boolean;
  /** The largest resident set of the attacked process, and heap and buffers after the attack. */
  readonly peakBytes: number;
  readonly usedBytes: number;
  readonly lagMs: number;
}

/** More than this is held after an attack only by what does not let go. */
export const maxUsedBytes: number = 128 * 2 ** 20;

/** The names of all attacks. */
export const attackNames: readonly string[] = [
  ...Object.keys({ ...pluginAttacks, ...pluginFloods }).map((name) => `on a plugin: ${name}`),
  ...Object.keys(serviceAttacks).map((name) => `on go-plugin's services: ${name}`),
  ...Object.keys(hostAttacks).map((name) => `on a host: ${name}`),
  ...Object.keys(attachedAttacks).map((name) => `on a host that has attached: ${name}`),
];

/** Runs one attack on a process of its own. Rejects when that process does not survive. */
export async function runAttack(name: string): Promise<AttackResult> {
  const directory = await mkdtemp(join(tmpdir(), "gpp-attack-"));
  const path = join(directory, "socket");
  try {
    const [target, what = ""] = name.split(": ");
    if (target === "on a host") return await attackHost(name, hostAttacks[what], "host", path);
    if (target === "on a host that has attached") {
      return await attackHost(name, attachedAttacks[what], "attached host", path);
    }
    const attacks = target === "on a plugin" ? { ...pluginAttacks, ...pluginFloods } : serviceAttacks;
    const role = target === "on a plugin" ? "plugin" : "served plugin";
    return await attackPlugin(name, attacks[what] ?? unknownAttack(name), role, path);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function attackPlugin(
  name: string,
  { attack, expected }: PluginAttack,
  role: "plugin" | "served plugin",
  socket: string,
): Promise<AttackResult> {
  const plugin = await startAttacked(role, socket);
  const { path } = plugin;
  try {
    const bystander = await startBystander(path);
    await plugin.report();
    const ends = await attack(path);
    const { lagMs } = await plugin.report();
    const { answers, failures } = await bystander.leave();
    const usedBytes = await usedAfter(plugin);
    return {
      name,
      outcomes: [...failures, ...ends, `${answers} other calls were answered`],
      isExpected: ends.some((outcome) => expected.test(outcome)) && failures.length === 0,
      peakBytes: plugin.peakBytes(),
      usedBytes,
      lagMs,
    };
  } finally {
    await plugin.kill();
  }
}

async function attackHost(
  name: string,
  attack: HostAttack = unknownAttack(name),
  role: "host" | "attached host",
  path: string,
): Promise<AttackResult> {
  const server = await listenForHost(path, attack);
  const host = await startAttacked(role, path, attack.calls);
  try {
    const outcomes = Object.keys(await host.outcomes);
    const { lagMs } = await host.report();
    const usedBytes = await usedAfter(host);
    return {
      name,
      outcomes,
      isExpected: outcomes.some((outcome) => attack.expected.test(outcome)),
      peakBytes: host.peakBytes(),
      usedBytes,
      lagMs,
    };
  } finally {
    await host.kill();
    server.close();
  }
}

/** What the process uses when it has noticed the end of the attack, or after five seconds. */
async function usedAfter(attacked: AttackedProcess): Promise<number> {
  for (let turn = 0; ; turn++) {
    const { used } = await attacked.report();
    if (used < maxUsedBytes || turn === 50) return used;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function unknownAttack(name: string): never {
  throw new Error(`there is no attack "${name}"`);
}

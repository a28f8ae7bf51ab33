// The limit: the same bytes over the same socket, without a protocol. Arguments as those of the hosts; the command is the
// raw server's. Prints the same figures, except those that a raw socket does not have.
import { parseArgs } from "node:util";
import { frameBytesByQuery, packetBytes, smallCallBytes } from "../requests.ts";
import { runCallers } from "./callers.ts";
import { startRaw } from "./raw-client.ts";

/** Bytes that HTTP/2 and gRPC add to a message, roughly, when the headers are in the dynamic table. */
const overhead = 50;
/** Bytes that they add to a packet inside a stream. */
const packetOverhead = 16;
const requestBytes = smallCallBytes.request + overhead;

const { values, positionals: server } = parseArgs({
  allowPositionals: true,
  options: {
    load: { type: "string", default: "calls" },
    seconds: { type: "string", default: "1" },
    packets: { type: "string", default: "100000" },
  },
});
const seconds = Number(values.seconds);
const found: Record<string, number> = {};
const measure: Readonly<Record<string, () => Promise<void>>> = { calls, frames, packets };
void measure[values.load]?.().then(() => console.log(JSON.stringify(found)));

async function calls(): Promise<void> {
  const client = await startRaw(server, requestBytes, smallCallBytes.answer + overhead);
  await runCallers(client.call, 16, seconds / 2);
  for (const callers of [1, 16, 64]) {
    const did = await runCallers(client.call, callers, seconds);
    found[`p50 c${callers}`] = did.percentile(50);
    found[`p99 c${callers}`] = did.percentile(99);
    found[`rate c${callers}`] = did.calls / did.seconds;
  }
  client.close();
}

async function frames(): Promise<void> {
  for (const size of ["1MB", "16MB", "64MB"] as const) {
    const bytes = frameBytesByQuery[size];
    found[`rate ${size}`] = ((await answersPerSecond(bytes)) * bytes) / 2 ** 20;
  }
}

async function packets(): Promise<void> {
  const count = Number(values.packets);
  found["rate"] = (await answersPerSecond(count * (packetBytes + packetOverhead))) * count;
}

/** One caller, one answer at a time. */
async function answersPerSecond(answerBytes: number): Promise<number> {
  const client = await startRaw(server, requestBytes, answerBytes);
  await runCallers(client.call, 1, seconds / 4);
  const did = await runCallers(client.call, 1, seconds / 2);
  client.close();
  return did.calls / did.seconds;
}

import { readFileSync } from "node:fs";
import { loadFrameCodec } from "../src/frames/frame-codec.ts";

const codec = await loadFrameCodec();
const bytes = new Uint8Array(readFileSync("/tmp/gwb/frame-60.arrow"));
const cases: Record<string, () => unknown> = {
  decode: () => codec.decodeFrame(bytes),
  both: () => codec.encodeFrame(codec.decodeFrame(bytes), { format: "json" }),
};
for (let r = 0; r < 3; r++)
  for (const [n, f] of Object.entries(cases)) {
    const k = r === 0 ? 60000 : 100000;
    const a = process.cpuUsage();
    for (let i = 0; i < k; i++) f();
    const u = process.cpuUsage(a);
    console.log(n, ((u.user + u.system) / k).toFixed(2), "µs");
  }

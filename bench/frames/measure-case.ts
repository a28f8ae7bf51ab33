// Measures one case in a process of its own and prints one JSON line, with the names of the Go program.
// node measure-case.ts FOLDER CASE RUNS
import { loadFrameCodec } from "grafana-plugin-protocol/frames";
import { framesCases } from "./cases.ts";
import { inputFrom } from "./input.ts";
import { measure } from "./measure.ts";

const [folder = "", name = "", runs = "5"] = process.argv.slice(2);
const found = framesCases.find((each) => each.name === name);
if (found === undefined) throw new Error(`no case is called "${name}"`);
const operation = await found.prepare(inputFrom(folder, found.size), await loadFrameCodec());
const ns = measure(operation, Number(runs));
// Kibibytes on every system.
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ case: name, ns, peakBytes }));

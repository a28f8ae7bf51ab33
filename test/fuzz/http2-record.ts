import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * Writes what grpc-go says on the wire into test/golden/http2: `node test/fuzz/http2-record.ts`. The Go host of test/go starts
 * this program as its plugin, which starts the Go plugin and stands between the two.
 */
const root = join(import.meta.dirname, "..", "..");
const golden = join(root, "test", "golden", "http2");
const go = join(root, ".build", "go");
/** Enough for all small calls of a host, and for the windows of a large one. */
const maxBytes = 64 * 1024;

const runs = [
  { name: "v1", major: 1, only: "." },
  {
    name: "v2",
    major: 2,
    only: "^(health|Check|Collect|QueryData (echo|fail|three)|QueryChunked|CallResource|metadata|Subs|Pub|Run|Val|Conv|status)",
  },
  { name: "v2-cancel", major: 2, only: "^(cancel|deadline|missing)" },
  { name: "v2-large", major: 2, only: "^15 MiB (request QueryData|response CallResource)" },
];

const [name] = process.argv.slice(2);
if (name === undefined) {
  mkdirSync(golden, { recursive: true });
  for (const run of runs) await runHost(run);
} else await standBetween(name);

async function runHost({ name, major, only }: (typeof runs)[number]): Promise<void> {
  const plugin = [process.execPath, import.meta.filename, name];
  const flags = ["-majors", String(major), "-only", only];
  const host = spawn(join(go, "host"), [...flags, "--", ...plugin], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  await once(host, "exit");
}

/** Tells the host another address than the plugin's, and copies what goes through. */
async function standBetween(name: string): Promise<void> {
  const plugin = spawn(join(go, "plugin"), { stdio: ["inherit", "pipe", "inherit"] });
  plugin.once("exit", (code) => process.exit(code ?? 1));
  const [line] = (await once(createInterface({ input: plugin.stdout }), "line")) as [string];
  const fields = line.split("|");
  const path = join(process.env["TMPDIR"] ?? tmpdir(), `record-${process.pid}`);
  const server = createServer((host) => {
    const upstream = connect(fields[3] ?? "");
    copy(host, upstream, `${name}-host.bin`);
    copy(upstream, host, `${name}-plugin.bin`);
  });
  await once(server.listen(path), "listening");
  console.log(fields.with(3, path).join("|"));
}

function copy(from: Socket, to: Socket, file: string): void {
  const pieces: Buffer[] = [];
  let length = 0;
  from.on("data", (bytes: Buffer) => {
    to.write(bytes);
    if (length >= maxBytes) return;
    pieces.push(bytes.subarray(0, maxBytes - length));
    length += bytes.length;
    // Written each time: the host ends this process without a word.
    writeFileSync(join(golden, file), Buffer.concat(pieces));
  });
  from.on("end", () => to.end());
  from.on("error", () => to.destroy());
}

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { privateTmp } from "../helpers/private-tmp.ts";

const run = promisify(execFile);
const host = join(import.meta.dirname, "fixtures", "many-rows-host.ts");

/** Of each process, Node's own 60 MiB included. The rows alone are 620 MB in Arrow and 330 MB in JSON. */
const ceilingKilobytes = 300 << 10;

const cases = [
  { format: "ARROW", rows: 5_000_000 },
  { format: "JSON", rows: 2_500_000 },
];

for (const { format, rows } of cases) {
  test(`${rows} rows stream through as ${format} below a memory ceiling in host and plugin`, {
    skip: process.platform !== "linux" && "the peak of a process's memory is read from /proc",
  }, async (t) => {
    await privateTmp(t);
    const flags = ["--max-old-space-size=64", "--conditions=grafana-plugin-protocol-source"];

    const { stdout } = await run(process.execPath, [...flags, host, String(rows), format]);

    const { hostKilobytes, pluginKilobytes, ...seen } = JSON.parse(stdout) as Record<string, number>;
    assert.deepEqual(seen, { read: rows, sum: (rows * (rows - 1)) / 2, last: rows - 1 });
    assert.ok((hostKilobytes ?? 0) < ceilingKilobytes, `host took ${hostKilobytes} kB`);
    assert.ok((pluginKilobytes ?? 0) < ceilingKilobytes, `plugin took ${pluginKilobytes} kB`);
    t.diagnostic(`host ${hostKilobytes} kB, plugin ${pluginKilobytes} kB`);
  });
}

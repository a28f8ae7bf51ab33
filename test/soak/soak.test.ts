import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { suite, test } from "node:test";
import { findGrowth, minSamples, type Sample, toleratedBytes } from "./find-growth.ts";
import type { SoakReport } from "./run-soak.ts";

const program = join(import.meta.dirname, "main.ts");
/** Some of it for every run of the tests, more in CI. */
const [launches, attachments] = process.env["CI"] === undefined ? [8, 40] : [24, 300];

test(`${launches} launches and ${attachments} attachments leave nothing`, () => {
  const flags = ["--seconds", "0", "--launches", `${launches}`, "--attachments", `${attachments}`, "--json"];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=grafana-plugin-protocol-source", program, ...flags],
    { encoding: "utf8" },
  );

  assert.equal(status, 0, stdout + stderr);
  const { samples, growth } = JSON.parse(stdout) as SoakReport;
  assert.deepEqual(growth, []);
  const last = samples.at(-1);
  assert.deepEqual([last?.launches, last?.attachments], [launches, attachments]);
  assert.ok((last?.calls ?? 0) > 0);
});

suite("growth is found", () => {
  test("in each number that is larger at the end", () => {
    const more = { ...sample(8), host: { ...sample(8).host, descriptors: 21, processes: 4, sockets: 2 } };

    assert.deepEqual(findGrowth([sample(8), { ...more, plugin: { bytes: 8 << 20, descriptors: 23 } }]), [
      "descriptors of the host: 20 at first, 21 at the end",
      "processes: 3 at first, 4 at the end",
      "sockets and their directories: 1 at first, 2 at the end",
      "descriptors of the plugin: 22 at first, 23 at the end",
    ]);
  });

  test("in memory that rises over the later half, also between outliers", () => {
    const step = (toleratedBytes / 2 ** 20 / (minSamples / 2 - 1)) * 1.1;
    const rising = Array.from({ length: minSamples }, (_, i) => sample(8 + i * step + (i % 5 === 0 ? 5 : 0)));

    const growth = findGrowth(rising);

    assert.match(
      growth.join("\n"),
      /^memory of the host: 1\d\d\d KiB more over 10 samples, at most 1024 tolerated$/,
    );
  });

  test("in a run without a sample", () => {
    assert.deepEqual(findGrowth([]), ["there is no sample"]);
  });
});

test("memory that rises at first and then stays is no growth", () => {
  const staying = Array.from({ length: minSamples }, (_, i) => sample(8 + Math.min(i, minSamples / 2)));

  assert.deepEqual(findGrowth(staying), []);
});

test("memory is not judged by a few samples", () => {
  assert.deepEqual(findGrowth([sample(8), sample(800)]), []);
});

function sample(hostMegabytes: number): Sample {
  const host = {
    bytes: hostMegabytes * 2 ** 20,
    residentBytes: 0,
    descriptors: 20,
    processes: 3,
    sockets: 1,
  };
  return {
    seconds: 1,
    launches: 1,
    attachments: 1,
    calls: 1,
    host,
    plugin: { bytes: 8 << 20, descriptors: 22 },
  };
}

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { allKinds, type GatewaySoakReport } from "./run-gateway-soak.ts";

test("a mixed load on a gateway whose plugins are killed loses nothing without an error, and leaves nothing", () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--conditions=grafana-plugin-protocol-source",
      join(import.meta.dirname, "main.ts"),
      ...["--seconds", "0", "--slices", "3", "--requests", "100", "--seed", "1", "--json"],
    ],
    { encoding: "utf8", maxBuffer: 16 << 20 },
  );

  assert.equal(status, 0, stdout + stderr);
  const { samples, complaints, kinds: counts } = JSON.parse(stdout) as GatewaySoakReport;
  assert.deepEqual(complaints, []);
  assert.equal(samples.at(-1)?.kills, 3);
  // Of the plugin that was killed, the stream over each transport.
  assert.equal(samples.at(-1)?.resumptions, 6);
  assert.deepEqual(
    allKinds.filter(({ name }) => !((counts[name] ?? 0) > 1)).map(({ name }) => name),
    [],
    "every kind was asked for while plugins were killed",
  );
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { DescService } from "@bufbuild/protobuf";
import { v3Services } from "grafana-plugin-protocol/experimental/v3";
import { v1 } from "grafana-plugin-protocol/v1";
import { rendererServices, sanitizerServices, v2 } from "grafana-plugin-protocol/v2";

interface Row {
  readonly host: string;
  readonly releases: { readonly from: string | null; readonly to: string | null };
  readonly major: number;
  readonly rpcs: readonly string[];
  readonly certainty: string;
  readonly note: string;
}

const file = new URL("../../docs/protocol-versions.json", import.meta.url);
const { certainty, rows } = JSON.parse(readFileSync(file, "utf8")) as {
  readonly certainty: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
};

const servicesByMajor = new Map<number, readonly DescService[]>([
  [v1.version, Object.values(v1.services)],
  [
    v2.version,
    [v2.services, rendererServices, sanitizerServices, v3Services].flatMap((services) =>
      Object.values<DescService>(services),
    ),
  ],
]);

function rpcsOf(major: number): readonly string[] {
  const services = servicesByMajor.get(major) ?? [];
  return services.flatMap(({ typeName, methods }) => methods.map(({ name }) => `${typeName}/${name}`));
}

test("majors and RPCs of the table of releases are those of the package", () => {
  assert.ok(rows.length >= 10, `${rows.length} rows`);
  for (const { major, rpcs } of rows) {
    assert.ok(servicesByMajor.has(major), `major ${major}`);
    assert.deepEqual(
      rpcs.filter((rpc) => !rpcsOf(major).includes(rpc)),
      [],
    );
  }
});

test("every RPC of the package is in the table of releases", () => {
  for (const major of servicesByMajor.keys()) {
    assert.ok(rpcsOf(major).length > 1, `major ${major}`);
    const named = rows.filter((row) => row.major === major).flatMap(({ rpcs }) => rpcs);
    assert.deepEqual(
      rpcsOf(major).filter((rpc) => !named.includes(rpc)),
      [],
    );
  }
});

test("each row of the table of releases says how certain it is, and why", () => {
  for (const row of rows) {
    assert.ok(row.certainty in certainty, row.certainty);
    assert.ok(row.note.length > 20, row.note);
    assert.deepEqual(Object.keys(row.releases), ["from", "to"]);
  }
});

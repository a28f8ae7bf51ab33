// Bundles the imports of browser pages, minified, and compares the gzipped sizes with budgets.
// Reads the sources, so it needs no build. A `node:` module in a bundle is an error of esbuild.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { packageRoot } from "../proto/run-tool.ts";

interface Page {
  readonly name: string;
  readonly code: string;
  /** Largest size after gzip, in kB of 1000 bytes; without one the size is only printed. */
  readonly budgetKb?: number;
}

const pages: readonly Page[] = [
  {
    name: "one message of ./v2, encoded and decoded",
    code: `import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
           import { QueryDataRequestSchema } from "grafana-plugin-protocol/v2";
           const bytes = toBinary(QueryDataRequestSchema, create(QueryDataRequestSchema, { queries: [{ refId: "A" }] }));
           console.log(fromBinary(QueryDataRequestSchema, bytes));`,
    budgetKb: 16,
  },
  {
    name: "all of ./v2, messages encoded and decoded",
    code: `import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
           import * as v2 from "grafana-plugin-protocol/v2";
           console.log(v2, create, fromBinary, toBinary);`,
  },
  {
    name: "one message of ./ts-proto/v2, encoded and decoded",
    code: `import { DataQuery } from "grafana-plugin-protocol/ts-proto/v2";
           console.log(DataQuery.decode(DataQuery.encode(DataQuery.create({ refId: "A" })).finish()));`,
    budgetKb: 5,
  },
  {
    name: "all of ./gateway/client",
    code: `import { createGatewayClient, GatewayError } from "grafana-plugin-protocol/gateway/client";
           console.log(createGatewayClient, GatewayError);`,
    budgetKb: 5,
  },
];

for (const { name, code, budgetKb } of pages) {
  const kb = (await gzippedBytes(code)) / 1000;
  const over = budgetKb !== undefined && kb > budgetKb;
  console.log(`${over ? "over " : ""}${kb.toFixed(1)} kB of ${budgetKb ?? "any number of"} kB: ${name}`);
  if (over) process.exitCode = 1;
}

async function gzippedBytes(code: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: packageRoot },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["grafana-plugin-protocol-source"],
  });
  return outputFiles.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0);
}

/** The TypeScript fixture plugin; README.md says how it behaves. */
import { type ImplementedMajor, implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import { testedTransport } from "../helpers/tested-transport.ts";
import { extendedV2, fixtureExtensions } from "./fixture-extensions.ts";
import { createFixtureV1 } from "./fixture-v1.ts";
import { createFixtureV2 } from "./fixture-v2.ts";

const { FIXTURE_MAJORS = "1,2", FIXTURE_SERVICES, FIXTURE_EXTENSIONS, FIXTURE_NETWORK } = process.env;

function implementV2(): ImplementedMajor {
  const all = createFixtureV2();
  if (FIXTURE_SERVICES === "diagnostics") return implement(v2, { diagnostics: all.diagnostics });
  if (FIXTURE_EXTENSIONS === "on") return implement(extendedV2, { ...all, ...fixtureExtensions });
  return implement(v2, all);
}

const served = FIXTURE_MAJORS.split(",").map((major) =>
  major === "1" ? implement(v1, createFixtureV1()) : implementV2(),
);
await servePlugin(served as [ImplementedMajor, ...ImplementedMajor[]], {
  network: FIXTURE_NETWORK === "tcp" ? "tcp" : "unix",
  transport: testedTransport,
});

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { createClient, type Transport } from "@connectrpc/connect";
import {
  createLogLineParser,
  type HandshakeLine,
  type LogRecord,
  parseHandshakeLine,
} from "grafana-plugin-protocol/go-plugin";
import type { SocketAddress } from "grafana-plugin-protocol/transport";
import { Data } from "grafana-plugin-protocol/v2";
import { GRPCController } from "../../gen/es/go-plugin/plugin/grpc_controller_pb.js";
import { toSocketAddress } from "../../src/host/client/socket-address.ts";
import { dialled } from "./connected-pair.ts";
import { type PrivateTmp, privateTmp } from "./private-tmp.ts";
import { type Program, runProgram, sourceProgram } from "./run-program.ts";

/** The plugin of the tests of servePlugin. */
export const servedFixture: URL = new URL("../plugin/fixtures/plugin.ts", import.meta.url);

/** The magic cookie, as Grafana sends it. */
export const cookie: Readonly<Record<string, string>> = { grafana_plugin_type: "datasource" };

/** The fixture, started and dialled. */
export interface Served {
  readonly tmp: PrivateTmp;
  readonly program: Program;
  readonly line: HandshakeLine;
  readonly address: SocketAddress;
  readonly transport: Transport;
}

/** Starts the fixture without waiting for anything. */
export function startFixture(
  t: TestContext,
  env: Readonly<Record<string, string>>,
  ...flags: string[]
): Program {
  return runProgram(t, process.execPath, sourceProgram(servedFixture, ...flags), env);
}

/** Starts the fixture as a host does and dials it. */
export async function serve(
  t: TestContext,
  env: Readonly<Record<string, string>> = {},
  ...flags: string[]
): Promise<Served> {
  const tmp = await privateTmp(t);
  const program = startFixture(t, { ...cookie, PLUGIN_PROTOCOL_VERSIONS: "2,1", ...env }, ...flags);
  const line = parseHandshakeLine(await program.firstLine());
  const address = toSocketAddress(line);
  const { transport } = await dialled(t, address);
  return { tmp, program, line, address, transport };
}

/** Makes the fixture do what the `refId` says. */
export async function query(transport: Transport, refId = "A"): Promise<void> {
  await createClient(Data, transport).queryData({ queries: [{ refId }] });
}

/** Ends the fixture as a host does. */
export async function shutDown({ program, transport }: Served): Promise<void> {
  await createClient(GRPCController, transport).shutdown({});
  await program.ended;
}

/** The one line of hclog JSON among what was written to stderr. */
export function errorRecord(program: Program): LogRecord | undefined {
  const records = program
    .stderr()
    .split("\n")
    .map(createLogLineParser())
    .filter(({ level }) => level === "error");
  assert.equal(records.length, 1, program.stderr());
  return records[0];
}

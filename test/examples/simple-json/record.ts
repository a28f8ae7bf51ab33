/**
 * Records what a plugin of protocol 1 answers to the cases: `node record.ts <executable>`, into
 * test/golden/simple-json/official.json; its README says which executable.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createJsonServer } from "../../../examples/simple-json/json-server.ts";
import { buildGoPeers } from "../../interop/go-peers.ts";
import { callPlugin } from "./call-plugin.ts";
import { simpleJsonCases } from "./cases.ts";
import { v1Calls } from "./v1-calls.ts";

const [, , command] = process.argv;
const go = await buildGoPeers();
if (command === undefined || go === undefined) throw new Error("expected an executable, and a Go toolchain");
const server = createJsonServer().listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const answers = await callPlugin(go.call, 1, { command, args: [] }, v1Calls(url));
server.close();
const byCase = Object.keys(simpleJsonCases).map((name, index) => [name, answers[index]]);
const file = new URL("../../golden/simple-json/official.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(Object.fromEntries(byCase), undefined, 1)}\n`);

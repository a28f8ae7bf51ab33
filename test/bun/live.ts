// Live on Bun, behind Hono: the program of docs/gateway-live.md, with the official client.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connectCentrifuge, watch } from "../gateway/live/live-clients.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { installBun } from "./install-bun.ts";

const bun = await installBun();
const program = new URL("../../examples/live-servers/hono-on-bun.ts", import.meta.url);

test("a gateway behind Hono on Bun has streams over WebSocket and as events", async (t) => {
  await privateTmp(t);
  const server = runProgram(t, bun, sourceProgram(program), { PORT: "0" });
  const url = await until("it says where it is", () => /http:\/\/\S+:\d+/.exec(server.stdout())?.[0]);
  const client = connectCentrifuge(t, url);
  const { packets } = await watch(client, "1/ds/weather/replay/seattle");
  const response = await fetch(`${url}/api/live/sse/ds/weather/replay/seattle`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (text.split("\n\n").length < 4) text += (await reader?.read())?.value ?? "";
  await reader?.cancel();

  await until("packets came", () => packets.length > 2);
  assert.ok(text.startsWith(': subscribed\n\ndata: {"schema":'), text.slice(0, 100));
  const list = await fetch(`${url}/api/live/list`);
  assert.match(await list.text(), /"channel":"ds\/weather\/replay\/seattle"/);
});

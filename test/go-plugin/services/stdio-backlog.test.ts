import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createStdioBacklog, drainStdio } from "grafana-plugin-protocol/go-plugin";
import { GRPCStdio } from "../../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import { implementService } from "../../../src/transport/socket-transport.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { connectedPair } from "../../helpers/connected-pair.ts";
import { until } from "../../helpers/until.ts";

/** A backlog behind a server, and what happened to it. */
async function served(t: TestContext, maxBytes = 16 << 20) {
  const events: string[] = [];
  const backlog = createStdioBacklog({
    maxBytes,
    onDrained: () => events.push("drained"),
    onDropped: (bytes) => events.push(`dropped ${bytes}`),
    onClosed: () => events.push("closed"),
  });
  const { connection } = await connectedPair(t, [implementService(GRPCStdio, backlog.service)]);
  const read = (): { bytes: () => Buffer; leave: () => void } => {
    const leave = new AbortController();
    const chunks: Uint8Array[] = [];
    const call = createClient(GRPCStdio, connection.transport).streamStdio({}, { signal: leave.signal });
    void drainStdio({ streamStdio: () => call }, ({ data }) => chunks.push(data));
    atEnd(t, () => leave.abort());
    return { bytes: () => Buffer.concat(chunks), leave: () => leave.abort() };
  };
  return { backlog, events, read };
}

function bytes(count: number, seed: number): Buffer {
  const all = Buffer.alloc(count);
  for (let i = 0; i < count; i++) all[i] = i * 31 + (i >> 8) + seed;
  return all;
}

test("a host gets every byte in order, however they were cut", async (t) => {
  const { backlog, read } = await served(t);
  const all = bytes(300_000, 1);
  const host = read();
  await until("the host reads", () => backlog.isOpen());

  for (let start = 0, size = 1; start < all.length; start += size, size = (size * 7) % 40_009) {
    backlog.push(all.subarray(start, start + size));
  }

  await until("all of it has come", () => host.bytes().length === all.length);
  assert.deepEqual(host.bytes(), all);
});

test("what was pushed may be changed afterwards", async (t) => {
  const { backlog, read } = await served(t);
  const host = read();
  await until("the host reads", () => backlog.isOpen());
  const data = Buffer.from("before");

  backlog.push(data);
  data.write("after!");

  await until("it has come", () => host.bytes().toString() === "before");
});

test("a writer is told when there is more than a pipe would hold, and when that is read", async (t) => {
  const { backlog, events, read } = await served(t);

  assert.equal(backlog.push(bytes(65_536, 1)), true);
  assert.equal(backlog.push(bytes(1, 1)), false);
  assert.equal(events.length, 0);
  read();

  await until("it was read", () => events.includes("drained"));
  assert.equal(backlog.push(bytes(1, 1)), true);
});

test("the oldest above the bound is dropped, and told", async (t) => {
  const { backlog, events, read } = await served(t, 100_000);
  const all = bytes(1_000_000, 1);

  backlog.push(all);
  const host = read();
  await until("it was read", () => events.includes("drained"));
  await until("the last has come", () => host.bytes().at(-1) === all.at(-1) && host.bytes().length > 80_000);

  const kept = host.bytes();
  assert.ok(kept.length <= 100_000, String(kept.length));
  assert.deepEqual(kept, all.subarray(-kept.length));
  assert.deepEqual(
    events.filter((event) => event.startsWith("dropped")),
    [`dropped ${all.length - kept.length}`],
  );
});

test("short pieces share memory, and one byte too many drops no more than 16 KiB", async (t) => {
  const { backlog } = await served(t, 64 << 10);
  for (let count = 0; count < 1 << 16; count++) backlog.push(Buffer.from("x"));

  backlog.push(Buffer.from("y"));

  const rest = backlog.takeRest();
  assert.deepEqual(
    rest.map(({ length }) => length),
    [16 << 10, 16 << 10, 16 << 10, 1],
  );
});

test("it is closed when the host has left, and what is left can be taken", async (t) => {
  const { backlog, events, read } = await served(t);
  assert.equal(backlog.isOpen(), false);
  const host = read();
  await until("the host reads", () => backlog.isOpen());

  host.leave();
  await until("the host has left", () => events.includes("closed"));

  assert.equal(backlog.isOpen(), false);
  backlog.push(Buffer.from("rest"));
  assert.equal(Buffer.concat(backlog.takeRest()).toString(), "rest");
  assert.deepEqual(backlog.takeRest(), []);
});

test("a host that comes later takes nothing away from the first, and goes on when that one leaves", async (t) => {
  const { backlog, read } = await served(t);
  const first = read();
  const print = (text: string): void => void backlog.push(Buffer.from(text));
  await until("the first reads", () => {
    print("1");
    return first.bytes().length > 0;
  });
  const second = read();
  let times = 0;
  await until("the first has read on for a while", () => {
    print("2");
    return ++times > 20 && first.bytes().includes("2");
  });
  assert.equal(second.bytes().length, 0);

  first.leave();

  await until("the second reads", () => {
    print("3");
    return second.bytes().includes("3");
  });
  assert.match(first.bytes().toString(), /^1+2+/);
});

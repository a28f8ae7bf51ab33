import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type FetchRecorder, recordedFetch } from "grafana-plugin-protocol/testing";
import { atEnd } from "../helpers/at-end.ts";

/** A small recorder: bodies by URL. */
const recorder: FetchRecorder = {
  record(fetch) {
    const bodies: Record<string, string> = {};
    return {
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        bodies[String(input)] = await response.clone().text();
        return response;
      },
      text: () => JSON.stringify(bodies),
    };
  },
  replay(text) {
    const bodies = JSON.parse(text) as Record<string, string>;
    return async (input) => new Response(bodies[String(input)]);
  },
};

test("a recorded fetch asks the server once, and then answers without it", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "recorded-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "sub", "answers.json");
  const server = createServer((_request, response) => response.end("from the server"));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  atEnd(t, () => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  const first = recordedFetch(path, { recorder, update: true });
  const live = await (await first.fetch(url, { headers: { connection: "close" } })).text();
  assert.equal(existsSync(path), false);
  await first.close();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  const second = recordedFetch(path, { recorder, update: false });
  const replayed = await (await second.fetch(url)).text();

  assert.deepEqual([first.isRecording, second.isRecording], [true, false]);
  assert.deepEqual([live, replayed], ["from the server", "from the server"]);
});

test("a record that is missing says how to make it", () => {
  assert.throws(
    () => recordedFetch("/nowhere/answers.json", { recorder, update: false }),
    /there is no record .*UPDATE_GOLDEN=1/,
  );
});

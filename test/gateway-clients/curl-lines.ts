/** The lines with curl that the pages of the gateway show, against a gateway with the data source that the pages have. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { PublishStreamResponse_Status as Publish, v2 } from "grafana-plugin-protocol/v2";
import { root, startGateway, weather, weatherFolder } from "../gateway/start-gateway.ts";

const lines = globSync("docs/gateway*.md", { cwd: root })
  .sort()
  .flatMap((page) => {
    const blocks = [...readFileSync(join(root, page), "utf8").matchAll(/^```sh\n(.*?)^```/gms)];
    return blocks
      .flatMap(([, block = ""]) => block.replaceAll("\\\n", " ").split("\n"))
      .filter((line) => line.startsWith("curl "))
      .map((line) => ({ page, line }));
  });

/** A plugin that lets everybody publish. */
const chat = createInMemoryPlugin(v2, {
  stream: { publishStream: ({ data }) => ({ status: Publish.OK, data }) },
});

test("curl gets an answer for every line of the pages", async (t) => {
  const { url } = await startGateway(t, {
    plugins: [weatherFolder, { id: "chat", client: chat }],
    dataSources: [
      { ...weather, uid: "weather" },
      { name: "Chat", type: "chat", uid: "chat" },
    ],
  });
  assert.ok(lines.length > 1, `${lines.length} lines`);

  for (const { page, line } of lines) {
    await t.test(`${page}: ${line}`, async () => {
      const here = line.replace(/http:\/\/(127\.0\.0\.1|localhost):3000/g, url);
      assert.notEqual(here, line, "expected the address http://127.0.0.1:3000");
      // `exec`, so that the shell leaves no curl behind when it is ended.
      const child = spawn("sh", ["-c", `exec ${here} --silent --show-error --fail-with-body`]);
      const seen: string[] = [];
      child.stdout.on("data", (part: Buffer) => {
        seen.push(part.toString());
        // A stream has no end of its own.
        if (/^data:/m.test(seen.join(""))) child.kill();
      });
      const [errors, code] = await Promise.all([
        text(child.stderr),
        new Promise<number | null>((resolve) => child.once("close", resolve)),
      ]);

      assert.ok(code === 0 || child.killed, `${code}: ${errors}${seen.join("")}`);
      assert.notEqual(seen.join("").trim(), "");
    });
  }
});

/** Headers with more than ASCII, on their way to a plugin and back. */
import assert from "node:assert/strict";
import { request } from "node:http";
import { suite, type TestContext, test } from "node:test";
import type { PluginContext } from "grafana-plugin-protocol/v2";
import { startCareless, startInMemory } from "./in-memory-gateway.ts";

/** A text as the characters that Node sends as its bytes in UTF-8. */
const bytesOf = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** Asks with headers that fetch refuses, and gives those of the answer, each byte a character. */
function askRaw(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    request({ port, path, headers }, (response) => {
      response.resume().once("end", () => resolve(response.headers));
    })
      .on("error", reject)
      .end();
  });
}

suite("text in headers of a client reaches a plugin", () => {
  for (const [name, sent, seen] of [
    ["in UTF-8, as browsers and proxies send it", bytesOf("José 日本"), "José 日本"],
    ["in Latin-1 where it is not UTF-8", "Jos\u00e9", "José"],
  ] as const) {
    test(name, async (t: TestContext) => {
      const contexts: PluginContext[] = [];
      const values: (readonly string[] | undefined)[] = [];
      const { port } = await startInMemory(
        t,
        {
          resource: {
            async *callResource({ headers, pluginContext }) {
              if (pluginContext !== undefined) contexts.push(pluginContext);
              values.push(headers["X-Panel-Title"]?.values);
              yield { code: 200 };
            },
          },
        },
        { user: (header) => ({ login: header("x-user") ?? "" }) },
      );

      await askRaw(port, "/api/datasources/uid/m1/resources/a", { "X-User": sent, "X-Panel-Title": sent });

      assert.deepEqual(values, [[seen]]);
      assert.deepEqual(
        contexts.map(({ user }) => user?.login),
        [seen],
      );
    });
  }
});

test("text in headers of a plugin's answer is sent in UTF-8, as by a Grafana", async (t) => {
  const { port, ask } = await startCareless(t, async function* () {
    yield { code: 200, headers: { "X-Name": { values: ["é 日本", "bad\u0007"] } }, body: new Uint8Array(3) };
  });

  const headers = await askRaw(port, "/api/datasources/uid/m1/resources/a", {});

  assert.equal(headers["x-name"], bytesOf("é 日本"));
  assert.equal((await ask("/api/datasources/uid/m1/resources/a")).headers.get("x-name"), bytesOf("é 日本"));
});

import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import type { PluginClient } from "grafana-plugin-protocol";
import { launchPlugin } from "grafana-plugin-protocol/host";
import type { Har, HarEntry } from "grafana-plugin-protocol/sdk";
import { DataFrameFormat, decodeQueryData, v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../../helpers/at-end.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { sourceProgram } from "../../helpers/run-program.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";
import { httpServer, seen } from "../http/servers.ts";

const go = await buildGoPeers();
const own = {
  command: process.execPath,
  args: sourceProgram(new URL("./fixtures/har-plugin.ts", import.meta.url)),
};

type Plugin = PluginClient<typeof v2>;

async function launched(t: TestContext, program: { command: string; args?: string[] }): Promise<Plugin> {
  await privateTmp(t);
  const plugin = await launchPlugin({ ...program, protocols: [v2] });
  atEnd(t, () => plugin.close());
  return plugin;
}

/** A server whose answers do not depend on who asks. */
async function sameForAll(t: TestContext): Promise<string> {
  return httpServer(t, async (request, response) => {
    const { method, url, body } = await seen(request);
    response.sendDate = false;
    if (url === "/redirect") {
      response.writeHead(302, { location: "/target" }).end();
      return;
    }
    response.setHeader("set-cookie", ["a=1; Path=/", "b=2"]);
    response.setHeader("content-type", "text/plain");
    response.end(
      url === "/binary" ? Buffer.of(0xff, 0xfe, 0) : `${method} ${url?.split("?")[0]} ${body} <ö>`,
    );
  });
}

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

async function ask(
  plugin: Plugin,
  queries: readonly { readonly refId: string; readonly query: object }[],
  { format = DataFrameFormat.ARROW, capture = "true" }: { format?: DataFrameFormat; capture?: string } = {},
) {
  const { responses } = await plugin.data.queryData({
    headers: { "X-Grafana-HAR-Capture": capture },
    format,
    pluginContext: {
      dataSourceInstanceSettings: {
        uid: "my-uid",
        url: "",
        basicAuthEnabled: true,
        basicAuthUser: "me",
        jsonData: encode({ httpHeaderName1: "X-Key" }),
        decryptedSecureJsonData: { basicAuthPassword: "hunter2", httpHeaderValue1: "hunter2-key" },
      },
    },
    queries: queries.map(({ refId, query }) => ({
      refId,
      json: encode(query),
      // The Go SDK panics without one.
      timeRange: { fromEpochMS: 0n, toEpochMS: 1n },
    })),
  });
  const decoded = await decodeQueryData({ $typeName: "pluginv2.QueryDataResponse", responses });
  return { responses, decoded };
}

type Asked = Awaited<ReturnType<typeof ask>>;

/** What the extra entry is, without the recording, and the recording. */
function extra({ responses, decoded }: Asked): { readonly shape: object; readonly har: Har } {
  const response = responses["__har__my-uid"];
  const outcome = decoded.get("__har__my-uid");
  assert.ok(response && outcome, Object.keys(responses).join());
  const { name, refId, fields, meta } = outcome.frames[0] ?? assert.fail("no frame");
  const { har, ...custom } = (meta?.custom ?? {}) as { readonly har?: string };
  return {
    shape: {
      frames: response.frames.length,
      format: response.format,
      status: response.status,
      error: response.error,
      // The Go SDK sends none here, which hosts take for the plugin.
      errorSource: response.error === "" ? response.errorSource : response.errorSource || "plugin",
      frame: { name, refId, fields: fields.length, meta: { ...meta, custom } },
    },
    har: JSON.parse(har ?? "null") as Har,
  };
}

/** Without what differs by intention or by the clock: the tests of recordings have the rest. */
function comparable({ log }: Har): object {
  const headers = (list: HarEntry["response"]["headers"]): object =>
    (list ?? [])
      .map(({ name, value }) => `${name.toLowerCase()}: ${value}`)
      // Ours has no value of X-Key; Go's client removes headers of the transport, and adds Referer.
      .filter(
        (line) =>
          !/^(x-key|user-agent|connection|keep-alive|content-length|transfer-encoding|referer):/.test(line),
      )
      .toSorted();
  const { creator, entries, ...rest } = log;
  assert.equal(typeof creator.name, "string");
  return {
    ...rest,
    entries: entries.map(({ startedDateTime, time, timings, request, response, comment, ...entry }) => {
      assert.match(startedDateTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      assert.deepEqual(timings, { send: 0, wait: time, receive: 0 });
      return {
        ...entry,
        failure: comment?.slice(0, "transport error: ".length),
        request: {
          ...request,
          // Empty in Go for a request that a redirect has made.
          httpVersion: request.httpVersion || "HTTP/1.1",
          url: request.url.replace(/token=[^&]*/, "token="),
          headers: headers(request.headers),
          queryString: request.queryString.toSorted((a, b) => a.name.localeCompare(b.name)),
        },
        response: {
          ...response,
          statusText: response.statusText.replace(/^\d+ /, ""),
          headers: headers(response.headers),
        },
      };
    }),
  };
}

suite("an answer with a recording", () => {
  const queries = (origin: string) => [
    { refId: "A", query: { method: "GET", url: `${origin}/a?token=hunter2-t&b=1` } },
    {
      refId: "B",
      query: {
        method: "POST",
        url: `${origin}/b`,
        body: "böd",
        headers: { "content-type": "text/x", cookie: "c=1" },
      },
    },
    { refId: "C", query: { method: "GET", url: `${origin}/binary` } },
    { refId: "D", query: { method: "GET", url: `${origin}/redirect` } },
    { refId: "E", query: { method: "GET", url: "http://127.0.0.1:1/" } },
  ];

  if (go === undefined) test("is that of the Go SDK", { skip: withoutGo }, () => {});
  else {
    const { httpclient } = go;
    for (const format of [DataFrameFormat.ARROW, DataFrameFormat.JSON]) {
      test(`is that of the Go SDK, frames in ${DataFrameFormat[format]}`, async (t) => {
        const origin = await sameForAll(t);
        const asked = queries(origin);

        const ours = extra(await ask(await launched(t, own), asked, { format }));
        const theirs = extra(await ask(await launched(t, { command: httpclient }), asked, { format }));

        assert.deepEqual(ours.shape, theirs.shape);
        assert.deepEqual(comparable(ours.har), comparable(theirs.har));
        assert.equal(ours.har.log.entries.length, 6);
        assert.match(JSON.stringify(theirs.har), /hunter2/, "the Go SDK leaves some secrets");
      });
    }

    test("of a call that fails is that of the Go SDK", async (t) => {
      const origin = await sameForAll(t);
      const asked = [{ refId: "A", query: { method: "GET", url: `${origin}/a`, fail: "broken" } }];

      const ours = extra(await ask(await launched(t, own), asked));
      const theirs = extra(await ask(await launched(t, { command: httpclient }), asked));

      assert.deepEqual(ours.shape, theirs.shape);
      assert.match(JSON.stringify(ours.shape), /"queryError":"broken"/);
    });
  }

  test("has no secret", async (t) => {
    const origin = await sameForAll(t);
    const { har } = extra(await ask(await launched(t, own), queries(origin)));

    assert.doesNotMatch(JSON.stringify(har), /hunter2/);
  });

  test("has the answers of the queries unchanged", async (t) => {
    const origin = await sameForAll(t);
    const plugin = await launched(t, own);
    const asked = queries(origin).slice(0, 2);

    const { "__har__my-uid": har, ...recorded } = (await ask(plugin, asked)).responses;
    const plain = (await ask(plugin, asked, { capture: "1" })).responses;

    assert.ok(har);
    assert.deepEqual(recorded, plain);
  });

  test("does not replace a query of the same name, and is not there without outgoing requests", async (t) => {
    const origin = await sameForAll(t);
    const plugin = await launched(t, own);
    const query = { method: "GET", url: `${origin}/a` };

    const same = await ask(plugin, [{ refId: "__har__my-uid", query }]);
    const none = await ask(plugin, []);

    assert.match(JSON.stringify(same.decoded.get("__har__my-uid")?.frames[0]?.meta), /"status":200/);
    assert.deepEqual(Object.keys(same.responses), ["__har__my-uid"]);
    assert.deepEqual(none.responses, {});
  });
});

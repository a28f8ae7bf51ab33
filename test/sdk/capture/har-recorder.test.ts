import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createHarRecorder, type Har, type HarEntry } from "grafana-plugin-protocol/sdk";
import { rejectionOf } from "../../helpers/rejection.ts";
import { oddSecret, spelledSecret } from "../../helpers/spelled-secret.ts";
import { echo, echoServer, httpServer } from "../http/servers.ts";
import { contextWith, fetchFor } from "../http/settings.ts";

function onlyEntry(har: Har): HarEntry {
  assert.equal(har.log.entries.length, 1);
  return har.log.entries[0] as HarEntry;
}

const pairs = (list: HarEntry["request"]["headers"]) =>
  Object.fromEntries(list.map(({ name, value }) => [name, value]));

suite("a recording", () => {
  test("has each request as it was sent, with its response", async (t) => {
    const origin = await httpServer(t, (_, response) => {
      response
        .writeHead(201, { "content-type": "text/plain", "set-cookie": ["a=1; Path=/", "b=2"] })
        .end("höi");
    });
    const recorder = createHarRecorder();
    const fetch = fetchFor(
      t,
      { url: origin, jsonData: { httpHeaderName1: "X-Scope" }, secureJsonData: { httpHeaderValue1: "one" } },
      { recorder },
    );

    const response = await fetch("x?b=2&a=1", {
      method: "POST",
      body: "sent",
      headers: { cookie: "c=3; d" },
    });

    assert.equal(await response.text(), "höi");
    const {
      startedDateTime,
      time,
      timings,
      request,
      response: received,
      ...rest
    } = onlyEntry(recorder.toHar());
    assert.ok(Date.parse(startedDateTime) > 0 && time > 0);
    assert.deepEqual(timings, { send: 0, wait: time, receive: 0 });
    assert.deepEqual(rest, { cache: {} });
    const { headers, ...sent } = request;
    assert.deepEqual(sent, {
      method: "POST",
      url: `${origin}/x?b=2&a=1`,
      httpVersion: "HTTP/1.1",
      queryString: [
        { name: "b", value: "2" },
        { name: "a", value: "1" },
      ],
      cookies: [
        { name: "c", value: "REDACTED" },
        { name: "d", value: "REDACTED" },
      ],
      postData: { mimeType: "text/plain;charset=UTF-8", text: "sent" },
      bodySize: 4,
      headersSize: -1,
    });
    assert.deepEqual(pairs(headers), {
      "content-type": "text/plain;charset=UTF-8",
      cookie: "REDACTED",
      "user-agent": "Grafana",
      "x-scope": "REDACTED",
    });
    const { headers: answered, ...answer } = received;
    assert.deepEqual(answer, {
      status: 201,
      statusText: "Created",
      httpVersion: "HTTP/1.1",
      cookies: [
        { name: "a", value: "REDACTED" },
        { name: "b", value: "REDACTED" },
      ],
      content: { size: 4, mimeType: "text/plain", text: "höi" },
      redirectURL: "",
      bodySize: 4,
      headersSize: -1,
    });
    assert.equal(pairs(answered ?? [])["set-cookie"], "REDACTED");
  });

  test("has each request of a chain of redirects, and of a call only those with its context", async (t) => {
    const origin = await httpServer(t, (request, response) => {
      if (request.url === "/a") response.writeHead(302, { location: "/b?token=hunter2" }).end();
      else echo(request, response);
    });
    const harRecorder = createHarRecorder();
    const fetch = fetchFor(t, { url: origin });

    await fetch("a", { context: contextWith({ harRecorder }) });
    await fetch("other");

    assert.deepEqual(
      harRecorder
        .toHar()
        .log.entries.map(({ request, response }) => [request.url, response.status, response.redirectURL]),
      [
        [`${origin}/a`, 302, "/b?token=REDACTED"],
        [`${origin}/b?token=REDACTED`, 200, ""],
      ],
    );
  });

  test("has a request that got no response, with the error", async (t) => {
    const recorder = createHarRecorder();
    const fetch = fetchFor(t, { url: "http://127.0.0.1:1" }, { recorder });

    await rejectionOf(fetch("x"));

    const { comment, response } = onlyEntry(recorder.toHar());
    assert.match(String(comment), /^transport error: .*ECONNREFUSED/);
    assert.deepEqual([response.status, response.bodySize, response.headers], [0, -1, null]);
  });

  test("has bytes that are not text as base64", async (t) => {
    const bytes = Uint8Array.of(0xff, 0, 1);
    const origin = await httpServer(t, (_, response) => response.end(bytes));
    const recorder = createHarRecorder();

    await fetchFor(t, { url: origin }, { recorder })("x", { method: "PUT", body: bytes });

    const { request, response } = onlyEntry(recorder.toHar());
    assert.deepEqual(request.postData, { mimeType: "", text: "/wAB", encoding: "base64" });
    assert.deepEqual(response.content, { size: 3, mimeType: "", text: "/wAB", encoding: "base64" });
  });
});

suite("the secrets of a recording", () => {
  test("are removed wherever a request or a response may have them", async (t) => {
    const values = ["hunter2-basic", "hunter2-header", 'hunter2-"odd" &/', "hunter2-token"];
    const origin = await httpServer(t, async (request, response) => {
      response.setHeader("x-auth-token", "hunter2-unknown-1");
      response.setHeader("x-echo", String(request.headers["x-key"]));
      echo(request, response);
    });
    const recorder = createHarRecorder();
    const fetch = fetchFor(
      t,
      {
        url: origin.replace("://", "://url:hunter2-url@"),
        user: "me",
        jsonData: { httpHeaderName1: "X-Key" },
        secureJsonData: {
          password: values[0],
          httpHeaderValue1: values[1],
          odd: values[2],
          apiToken: values[3],
        },
      },
      { recorder },
    );
    const form = {
      grant_type: "client_credentials",
      client_secret: "hunter2-unknown-2",
      odd: String(values[2]),
      b: "kept",
    };
    const json = {
      access_token: "hunter2-unknown-3",
      nested: { password: 'hunter2-"4' },
      odd: values[2],
      b: "kept",
    };

    await fetch(`x?api_key=hunter2-unknown-5&q=${encodeURIComponent(String(values[2]))}&b=kept`, {
      method: "POST",
      headers: { "x-api-key": "hunter2-unknown-6" },
      body: new URLSearchParams(form),
    });
    await fetch(`https-${values[3]}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer hunter2-unknown-7" },
      body: JSON.stringify(json),
    });

    const har = recorder.toHar();
    const text = JSON.stringify(
      har.log.entries.map(({ response, request }) => [request, { ...response, content: "" }]),
    );
    assert.doesNotMatch(text, /hunter2/);
    assert.equal(text.match(/kept/g)?.length, 4);
    // What the server repeats of a form is JSON in JSON, where names tell nothing: values of the settings are found.
    const answers = har.log.entries.map(({ response }) => response.content.text).join();
    for (const value of [...values, "hunter2-unknown-6", "hunter2-unknown-7"]) {
      assert.ok(!answers.includes(value), value);
    }
    assert.ok(!answers.includes(btoa(`me:${values[0]}`)));
  });

  test("are found however a body spells them, from four characters on", async (t) => {
    const recorder = createHarRecorder({ secrets: { values: [oddSecret, "abcd", "abc"] } });
    const fetch = recorder.wrap(fetchFor(t, { url: await echoServer(t) }));
    const texts = [...Object.values(spelledSecret), "abcd", "abc"];

    for (const text of texts) await fetch("x", { method: "POST", body: `(${text})` });

    const bodies = recorder
      .toHar()
      .log.entries.map(({ request }) => request.postData?.text.replaceAll("=", ""));
    assert.deepEqual(bodies, [...texts.slice(1).map(() => "(REDACTED)"), "(abc)"]);
  });

  test("that only a name tells are searched elsewhere from six characters on", async (t) => {
    const recorder = createHarRecorder();
    const fetch = recorder.wrap(fetchFor(t, { url: await echoServer(t) }));

    await fetch("x?code=12345", { method: "POST", body: "12345 rows" });
    await fetch("x?code=123456", { method: "POST", body: "123456 rows" });

    assert.deepEqual(
      recorder.toHar().log.entries.map(({ request }) => request.postData?.text),
      ["12345 rows", "REDACTED rows"],
    );
  });

  test("may be further ones that the caller names", async (t) => {
    const recorder = createHarRecorder({ secrets: { values: ["special"], headers: ["X-Own"] } });
    const fetch = recorder.wrap(fetchFor(t, { url: await echoServer(t) }));

    await fetch("x/special", { headers: { "x-own": "short" } });

    const { request, response } = onlyEntry(recorder.toHar());
    assert.equal(pairs(request.headers)["x-own"], "REDACTED");
    assert.doesNotMatch(request.url + response.content.text, /special/);
  });
});

suite("the bounds of a recording", () => {
  test("cut a body, which its reader still gets whole", async (t) => {
    const origin = await httpServer(t, (_, response) => response.end("0123456789".repeat(10_000)));
    const recorder = createHarRecorder({ maxBodyBytes: 15 });
    const fetch = fetchFor(t, { url: origin }, { recorder });

    const response = await fetch("x", { method: "POST", body: "a".repeat(20) });

    assert.equal((await response.text()).length, 100_000);
    const entry = onlyEntry(recorder.toHar());
    assert.deepEqual([entry.request.postData?.text, entry.request.bodySize], ["a".repeat(15), -1]);
    assert.deepEqual([entry.response.content.text, entry.response.bodySize], ["012345678901234", -1]);
    assert.equal(response.url, `${origin}/x`);
  });

  test("drop bodies beyond their sum, as they stand in JSON, and entries beyond their number", async (t) => {
    const origin = await httpServer(t, (_, response) => response.end("\u0001".repeat(10)));
    const recorder = createHarRecorder({ maxTotalBytes: 100, maxEntries: 3 });
    const fetch = fetchFor(t, { url: origin }, { recorder });

    for (let count = 0; count < 4; count++) assert.equal((await (await fetch("x")).text()).length, 10);

    assert.equal(recorder.size, 3);
    assert.deepEqual(
      recorder.toHar().log.entries.map(({ response }) => [response.content.text.length, response.bodySize]),
      [
        [10, 10],
        [0, 10],
        [0, 10],
      ],
    );
  });

  test("do not hide that a body breaks off", async (t) => {
    const origin = await httpServer(t, (_, response) => {
      response.setHeader("content-length", "100");
      response.write("beginning", () => response.destroy());
    });
    const recorder = createHarRecorder();
    const fetch = fetchFor(t, { url: origin }, { recorder });

    const reason = await rejectionOf((async () => (await fetch("x")).text())());

    assert.ok(reason instanceof TypeError, String(reason));
  });

  test("are whole numbers", () => {
    assert.throws(() => createHarRecorder({ maxBodyBytes: 0 }), /maxBodyBytes must be a whole number/);
  });
});

test("a query that is not HTTP is an entry with its statement, its arguments and counts", () => {
  const recorder = createHarRecorder({ secrets: { values: ["hunter2"] } });
  const query = {
    kind: "sql.query",
    startedAt: new Date(0),
    durationMs: 1.5,
    datasourceUid: "u",
    datasourceType: "my-db",
    refId: "A",
  };

  recorder.recordQuery({
    ...query,
    statement: "select ?",
    args: ["hunter2", "é".repeat(10_000)],
    frameCount: 1,
    rowCount: 2,
  });
  recorder.recordQuery({ ...query, statement: "x".repeat(70_000), error: "no hunter2" });

  const [first, second] = recorder.toHar().log.entries;
  assert.equal(first?.request.url, "sql://my-db/u?refId=A");
  assert.equal(first?.request.method, "QUERY");
  assert.deepEqual(first?.request.postData, { mimeType: "application/sql", text: "select ?" });
  assert.equal(first?.response.content.text, '{"frameCount":1,"rowCount":2}');
  const { args, ...info } = first?._query ?? {};
  assert.deepEqual(info, {
    version: 1,
    kind: "sql.query",
    datasourceUid: "u",
    datasourceType: "my-db",
    refId: "A",
    argsTruncated: true,
    frameCount: 1,
    rowCount: 2,
  });
  assert.equal(args?.[0], "REDACTED");
  assert.ok(Buffer.byteLength(args?.join("") ?? "") <= 16 << 10 && /^é+$/.test(args?.[1] ?? ""));
  assert.deepEqual([second?.request.postData?.text.length, second?.request.bodySize], [64 << 10, -1]);
  assert.deepEqual([second?.comment, second?._query?.error], ["query error: no REDACTED", "no REDACTED"]);
  assert.equal(second?.response.status, 0);
});

import assert from "node:assert/strict";
import { once } from "node:events";
import * as http from "node:http";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { suite, type TestContext, test } from "node:test";
import { implement } from "grafana-plugin-protocol/plugin";
import {
  type CorsOptions,
  createRequestListener,
  type RequestListener,
} from "grafana-plugin-protocol/transport";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../../helpers/at-end.ts";

const { services } = implement(v2, { data: { queryData: () => ({}) } });
const path = "/pluginv2.Data/QueryData";
const page = "https://app.example";

async function served(t: TestContext, cors?: CorsOptions): Promise<string> {
  const fallback: RequestListener = (_, response) => {
    response.statusCode = 404;
    response.end("fallback");
  };
  const server = http.createServer(createRequestListener(services, { cors, fallback }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a browser sends before the call of a page. */
function preflight(url: string, origin = page): Promise<Response> {
  const headers = {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "connect-protocol-version,content-type",
  };
  return fetch(url, { method: "OPTIONS", headers });
}

function call(url: string, origin?: string): Promise<Response> {
  const headers = { "content-type": "application/json", ...(origin !== undefined && { origin }) };
  return fetch(url, { method: "POST", headers, body: "{}" });
}

const allowed = (response: Response): string | null => response.headers.get("access-control-allow-origin");

suite("pages of other origins", () => {
  test("pages of other origins get 405 for the preflight without the option, as before", async (t) => {
    const response = await preflight((await served(t)) + path);

    assert.equal(response.status, 405);
    assert.equal(allowed(response), null);
  });

  test("pages of other origins get what the protocols need, and what the caller adds", async (t) => {
    const url = await served(t, {
      allowedOrigins: [page],
      allowedHeaders: ["authorization"],
      exposedHeaders: ["trailer-x"],
    });

    const asked = await preflight(url + path);
    assert.equal(asked.status, 204);
    assert.equal(allowed(asked), page);
    assert.equal(asked.headers.get("vary"), "origin");
    assert.match(asked.headers.get("access-control-allow-methods") ?? "", /\bPOST\b/);
    const headers = (asked.headers.get("access-control-allow-headers") ?? "").toLowerCase().split(", ");
    for (const name of ["content-type", "connect-protocol-version", "x-grpc-web", "authorization"]) {
      assert.ok(headers.includes(name), `${name} in ${headers.join()}`);
    }
    assert.equal(asked.headers.get("access-control-allow-credentials"), null);

    const called = await call(url + path, page);
    assert.equal(called.status, 200);
    assert.equal(allowed(called), page);
    assert.equal(called.headers.get("vary"), "origin");
    assert.match(called.headers.get("access-control-expose-headers") ?? "", /grpc-status.*trailer-x/i);
  });

  for (const origin of ["https://app.example.evil", "http://app.example", "https://APP.example", "null"]) {
    test(`pages of other origins are not let in as ${origin}`, async (t) => {
      const url = await served(t, { allowedOrigins: [page] });

      for (const response of [await preflight(url + path, origin), await call(url + path, origin)]) {
        assert.equal(allowed(response), null);
        assert.equal(response.headers.get("vary"), "origin");
      }
    });
  }

  test("pages of other origins are known to a function, and one that throws lets nobody in and ends nothing", async (t) => {
    const url = await served(t, {
      allowedOrigins: (origin) => new URL(origin).hostname.endsWith(".example"),
    });

    assert.equal(allowed(await preflight(url + path)), page);
    assert.equal(allowed(await preflight(url + path, "null")), null);
    assert.equal(allowed(await preflight(url + path, "https://other")), null);
  });

  test("pages of other origins are all let in by *, without credentials", async (t) => {
    const url = await served(t, { allowedOrigins: ["*"] });

    assert.equal(allowed(await preflight(url + path, "http://localhost:3000")), "http://localhost:3000");
    assert.throws(
      () => createRequestListener(services, { cors: { allowedOrigins: ["*"], allowCredentials: true } }),
      TypeError,
    );
  });

  test("pages of other origins send cookies where the caller allows it", async (t) => {
    const url = await served(t, { allowedOrigins: [page], allowCredentials: true });

    for (const response of [await preflight(url + path), await call(url + path, page)]) {
      assert.equal(response.headers.get("access-control-allow-credentials"), "true");
    }
  });

  test("pages of other origins read errors, too", async (t) => {
    const url = await served(t, { allowedOrigins: [page] });

    const response = await fetch(url + path, {
      method: "POST",
      headers: { origin: page, "content-type": "text/plain" },
      body: "?",
    });

    assert.equal(response.status, 415);
    assert.equal(allowed(response), page);
  });
});

test("a request without an origin is answered as before, and a path of nobody is for the fallback", async (t) => {
  const url = await served(t, { allowedOrigins: [page] });

  const response = await call(url + path);
  assert.equal(response.status, 200);
  assert.equal(allowed(response), null);
  assert.equal(await (await preflight(`${url}/metrics`)).text(), "fallback");
});

for (const origin of [
  "https://app.example/",
  "app.example",
  "https://app.example:443",
  "https://*.example",
]) {
  test(`"${origin}" is refused, for no browser sends it`, () => {
    assert.throws(
      () => createRequestListener(services, { cors: { allowedOrigins: [origin] } }),
      /allowedOrigins must have origins such as "https:\/\/app.example", got/,
    );
  });
}

for (const origin of ["http://localhost:3000", "http://[::1]:3000", "chrome-extension://abcdef", "null"]) {
  test(`"${origin}" is taken`, () => {
    createRequestListener(services, { cors: { allowedOrigins: [origin] } });
  });
}

test("a preflight over HTTP/2 is answered", async (t) => {
  const server = http2.createServer(createRequestListener(services, { cors: { allowedOrigins: [page] } }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  atEnd(t, () => {
    client.destroy();
    server.close();
  });

  const request = client.request({
    ":method": "OPTIONS",
    ":path": path,
    origin: page,
    "access-control-request-method": "POST",
  });
  const [headers] = await once(request, "response");

  assert.equal(headers[":status"], 204);
  assert.equal(headers["access-control-allow-origin"], page);
});

import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { classifyError, httpStatusOf, requestStatusOf } from "grafana-plugin-protocol/sdk";
import { atEnd } from "../../helpers/at-end.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { testCertificate } from "../../helpers/test-certificate.ts";

async function serve(t: TestContext, onRequest: RequestListener): Promise<string> {
  const server = createServer(onRequest).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  atEnd(t, () => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a connection that is refused is downstream, with status 502", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));

  const error = await rejectionOf(fetch(`http://127.0.0.1:${port}`));

  assert.equal(classifyError(error), "downstream");
  assert.equal(httpStatusOf(error), 502);
});

test("a connection that is closed before its answer is downstream", async (t) => {
  const url = await serve(t, (request) => request.socket.end());

  const error = await rejectionOf(fetch(url));

  assert.equal(classifyError(error), "downstream");
});

test("a connection that is reset is downstream", async (t) => {
  const url = await serve(t, (request) => request.socket.resetAndDestroy());

  const error = await rejectionOf(fetch(url));

  assert.equal(classifyError(error), "downstream");
});

test("a connection that is closed in the middle of an answer is downstream", async (t) => {
  const url = await serve(t, (request, response) => {
    response.writeHead(200, { "Content-Length": "100" });
    response.write("begin", () => request.socket.end());
  });

  const response = await fetch(url);
  const error = await rejectionOf(response.text());

  assert.equal(classifyError(error), "downstream");
});

test("an aborted fetch is cancelled", async (t) => {
  const url = await serve(t, () => {});
  const controller = new AbortController();

  const pending = fetch(url, { signal: controller.signal });
  controller.abort();
  const error = await rejectionOf(pending);

  assert.equal(classifyError(error), "downstream");
  assert.equal(requestStatusOf(error), "cancelled");
});

test("a fetch over its time is downstream, with status 504", async (t) => {
  const url = await serve(t, () => {});

  const error = await rejectionOf(fetch(url, { signal: AbortSignal.timeout(1) }));

  assert.equal(classifyError(error), "downstream");
  assert.equal(httpStatusOf(error), 504);
  assert.equal(requestStatusOf(error), "error");
});

test("a certificate that nobody vouches for is downstream", async (t) => {
  const made = await testCertificate();
  const server = createTlsServer({ cert: made.certificate, key: made.key }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  atEnd(t, () => {
    server.close();
    server.closeAllConnections();
  });

  const error = await rejectionOf(fetch(`https://127.0.0.1:${(server.address() as AddressInfo).port}`));

  assert.equal(classifyError(error), "downstream");
});

/** A page in a real browser calls a plugin of another origin, where the plugin allows it. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as http from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { build } from "esbuild";
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { implement } from "grafana-plugin-protocol/plugin";
import { type CorsOptions, createRequestListener } from "grafana-plugin-protocol/transport";
import { answerQueries, v2 } from "grafana-plugin-protocol/v2";
import { chromium, type Page } from "playwright-core";
import { atEnd } from "../../helpers/at-end.ts";
import { listening } from "../../helpers/listening.ts";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const isMissing = !existsSync(executablePath);
if (isMissing && process.env["REQUIRE_CHROMIUM"])
  throw new Error(`there is no Chromium at ${executablePath}`);
const skip =
  isMissing &&
  `there is no Chromium at ${executablePath}: npm run check:chromium installs it, or set CHROMIUM`;

const frame = createFrame({ fields: [createField("value", "float64", [1, 2.5])] });
const { services } = implement(v2, {
  data: { queryData: (request) => answerQueries(request, () => frame) },
});

async function openPage(t: TestContext): Promise<{ readonly page: Page; readonly origin: string }> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    conditions: ["grafana-plugin-protocol-source"],
  });
  const origin = await listening(
    t,
    http.createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><script>${outputFiles[0]?.text ?? ""}</script>`);
    }),
  );
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  atEnd(t, () => browser.close());
  const page = await browser.newPage();
  await page.goto(origin);
  return { page, origin };
}

function servePlugin(t: TestContext, cors: CorsOptions): Promise<string> {
  return listening(t, http.createServer(createRequestListener(services, { cors })));
}

test("a page in Chromium queries a plugin of another origin, and reads Arrow", { skip }, async (t) => {
  const { page, origin } = await openPage(t);
  const plugin = await servePlugin(t, { allowedOrigins: [origin] });

  const rows = await page.evaluate(`queryPlugin("${plugin}")`);

  assert.deepEqual(rows, [{ value: 1 }, { value: 2.5 }]);
});

test("a page in Chromium of an origin that is not allowed gets nothing", { skip }, async (t) => {
  const { page } = await openPage(t);
  const plugin = await servePlugin(t, { allowedOrigins: ["https://app.example"] });

  await assert.rejects(page.evaluate(`queryPlugin("${plugin}")`), /Failed to fetch/);
});

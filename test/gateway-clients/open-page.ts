import * as http from "node:http";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { build } from "esbuild";
import { chromium, type Page } from "playwright-core";
import { atEnd } from "../helpers/at-end.ts";
import { listening } from "../helpers/listening.ts";
import { modulesFolder } from "./install-modules.ts";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export interface OpenedPage {
  readonly page: Page;
  readonly origin: string;
  /** Errors that nothing handled, so far. */
  readonly errors: readonly string[];
}

/** Serves a page around a program, and opens it in Chromium. The program may import what {@link modulesFolder} has. */
export async function openPage(t: TestContext, program: string, html: string = ""): Promise<OpenedPage> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, program)],
    bundle: true,
    minify: true,
    write: false,
    outdir: "out",
    format: "iife",
    platform: "browser",
    target: "es2022",
    conditions: ["grafana-plugin-protocol-source"],
    nodePaths: [modulesFolder],
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
    loader: { ".ttf": "empty" },
  });
  const textOf = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
  const document = `<!doctype html><style>${textOf(".css")}</style>${html}<script src="/page.js"></script>`;
  const origin = await listening(
    t,
    http.createServer((request, response) => {
      const isScript = request.url === "/page.js";
      response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
      response.end(isScript ? textOf(".js") : document);
    }),
  );
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  atEnd(t, () => browser.close());
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(origin);
  return { page, origin, errors };
}

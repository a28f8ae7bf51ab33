import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { Code } from "@connectrpc/connect";
import type { StdioChunk } from "grafana-plugin-protocol/go-plugin";
import { type LaunchedPlugin, type LaunchOptions, launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { compileCache, sourceProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { output } from "./brokered-data.ts";
import type { Command } from "./cell.ts";
import { buildGoPeers, withoutGo } from "./go-peers.ts";

// The Go host that reads what our plugin prints is in broker.test.ts.
const go = await buildGoPeers();
const typeScript: Command = {
  command: process.execPath,
  args: sourceProgram(new URL("broker-plugin.ts", import.meta.url)),
};

for (const [name, command] of Object.entries({
  TypeScript: typeScript,
  ...(go === undefined ? {} : { Go: { command: go.broker, args: [] } }),
})) {
  suite(`TypeScript host × ${name} plugin`, () => {
    test(`TypeScript host × ${name} plugin: 10 MB that the plugin prints hold up no handler and come byte for byte`, async (t) => {
      const { plugin, printed } = await reading(t, command);
      const expected = output("bytes", 10_000_000);

      await print(plugin, "print", "bytes", expected.length);

      await until("all of it has come", () => printed("stdout").length >= expected.length);
      assert.ok(printed("stdout").equals(expected));
      assert.equal(printed("stderr").length, 0);
    });

    test(`TypeScript host × ${name} plugin: text becomes lines, wherever it was cut`, async (t) => {
      const lines: string[] = [];
      const plugin = await launch(t, command, {
        onLog: ({ source, message }) => {
          if (source === "stdio") lines.push(message);
        },
      });

      await print(plugin, "print", "text", 20_000);

      await until("all lines have come", () => lines.length >= 20_000);
      assert.deepEqual([...new Set(lines)], ["aé€😀"]);
    });
  });
}

suite("TypeScript host × Go plugin alone", { skip: go ? false : withoutGo }, () => {
  test("TypeScript host × Go plugin: what it prints to stderr is apart from what it prints to stdout", async (t) => {
    const { plugin, printed } = await reading(t, { command: go?.broker ?? "", args: [] });

    await print(plugin, "print-stderr", "bytes", 100_000);
    await print(plugin, "print", "bytes", 1000);

    await until("all of it has come", () => printed("stderr").length + printed("stdout").length >= 101_000);
    assert.ok(printed("stderr").equals(output("bytes", 100_000)));
    assert.ok(printed("stdout").equals(output("bytes", 1000)));
  });
});

suite("TypeScript host × TypeScript plugin alone", () => {
  for (const action of ["print-pieces", "print-waiting"]) {
    test(`TypeScript host × TypeScript plugin: nothing is lost with ${action}`, async (t) => {
      const { plugin, printed } = await reading(t, typeScript);
      const expected = output("bytes", 1_000_000);

      await print(plugin, action, "bytes", expected.length);

      await until("all of it has come", () => printed("stdout").length >= expected.length);
      assert.ok(printed("stdout").equals(expected));
    });
  }

  test("TypeScript host × TypeScript plugin: a writer that waits for the host stays within a small bound", async (t) => {
    const { plugin, printed } = await reading(t, withArguments("--backlog=131072"));
    const expected = output("bytes", 5_000_000);

    await print(plugin, "print-waiting", "bytes", expected.length);

    await until("all of it has come", () => printed("stdout").length >= expected.length);
    assert.ok(printed("stdout").equals(expected));
  });

  test("TypeScript host × TypeScript plugin: a writer that does not wait loses the oldest, and a warning says how much", async (t) => {
    const warnings: unknown[] = [];
    const { plugin, printed } = await reading(t, withArguments("--backlog=1000000"), {
      onLog: ({ level, fields }) => {
        if (level === "warn") warnings.push(fields["bytes"]);
      },
    });
    const all = output("bytes", 5_000_000);

    await print(plugin, "print", "bytes", all.length);

    await until("the warning has come", () => warnings.length > 0);
    const kept = all.length - Number(warnings[0]);
    await until("what was kept has come", () => printed("stdout").length >= kept);
    assert.ok(kept <= 1_000_000 && kept > 980_000, String(kept));
    assert.ok(printed("stdout").equals(all.subarray(-kept)));
    assert.equal(warnings.length, 1);
  });

  test("TypeScript host × TypeScript plugin: what it prints just before it exits is in its log", async (t) => {
    const lines: string[] = [];
    const plugin = await launch(t, typeScript, {
      onLog: ({ source, message }) => lines.push(`${source}: ${message}`),
    });

    await rejectsWithConnectError(print(plugin, "print-and-exit", "text", 3), Code.Unavailable);

    await until("it has come", () => lines.includes("stderr: aé€😀"));
    assert.equal((await plugin.process.exited).code, 3);
  });

  test("TypeScript host × TypeScript plugin: with stdout as stderr it prints where it logs", async (t) => {
    const lines: string[] = [];
    const plugin = await launch(t, withArguments("--prints=stderr"), {
      onLog: ({ source, message }) => lines.push(`${source}: ${message}`),
    });

    await print(plugin, "print", "text", 1);

    await until("it has come", () => lines.includes("stderr: aé€😀"));
  });
});

function withArguments(...args: string[]): Command {
  return { ...typeScript, args: [...typeScript.args, ...args] };
}

async function launch(
  t: TestContext,
  { command, args }: Command,
  options: Partial<LaunchOptions<readonly [typeof v2]>>,
): Promise<LaunchedPlugin<typeof v2>> {
  await privateTmp(t);
  const plugin = await launchPlugin({ ...options, command, args, protocols: [v2], env: compileCache });
  atEnd(t, () => plugin.close());
  return plugin;
}

/** Launches with a reader of bytes. */
async function reading(
  t: TestContext,
  command: Command,
  options: Partial<LaunchOptions<readonly [typeof v2]>> = {},
): Promise<{ plugin: LaunchedPlugin<typeof v2>; printed: (stream: StdioChunk["stream"]) => Buffer }> {
  const chunks: StdioChunk[] = [];
  const plugin = await launch(t, command, { ...options, onStdio: (chunk) => chunks.push(chunk) });
  return {
    plugin,
    printed: (stream) =>
      Buffer.concat(chunks.filter((chunk) => chunk.stream === stream).map(({ data }) => data)),
  };
}

async function print(
  plugin: LaunchedPlugin<typeof v2>,
  action: string,
  what: string,
  number: number,
): Promise<void> {
  const headers = { do: action, what, number: String(number) };
  assert.equal((await plugin.diagnostics.checkHealth({ headers })).message, action);
}

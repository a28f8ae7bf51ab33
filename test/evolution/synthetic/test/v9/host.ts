import assert from "node:assert/strict";
import { join } from "node:path";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { create } from "grafana-plugin-protocol/ts-proto/v9";
import { v2 } from "grafana-plugin-protocol/v2";
import { v9 } from "grafana-plugin-protocol/v9";

const plugin = {
  command: process.execPath,
  args: [...process.execArgv, join(import.meta.dirname, "plugin.ts")],
};

{
  await using launched = await launchPlugin({ ...plugin, protocols: [v2, v9] });
  assert.equal(launched.protocolVersion, 9);
  if (launched.protocolVersion !== 9) throw new Error("unreachable: narrows the type");
  assert.equal((await launched.echoes.echo(create({ text: "hello" }))).text, "hello");
  const texts: string[] = [];
  for await (const { text } of launched.echoes.repeat({ text: "again", times: 2n })) texts.push(text);
  assert.deepEqual(texts, ["again", "again"]);
}
{
  await using launched = await launchPlugin({ ...plugin, protocols: [v2] });
  assert.equal((await launched.diagnostics.checkHealth({})).message, "v2");
}
const inMemory = createInMemoryPlugin(v9, { echoes: { echo: ({ text }) => ({ text }) } });
assert.equal((await inMemory.echoes.echo({ text: "in memory" })).text, "in memory");
console.log("major 9 runs end to end");

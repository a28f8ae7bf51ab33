import { test } from "node:test";
import { privateTmp } from "../helpers/private-tmp.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { runHostProgram } from "../interop/run-host-program.ts";
import { testedLanguages } from "./example-plugin.ts";

const go = await buildGoPeers();

for (const { language, example, skip } of await testedLanguages()) {
  for (const major of [2, 1]) {
    const name = `Go host × ${language.title} plugin × v${major}`;
    test(name, { skip: go === undefined ? withoutGo : skip }, async (t) => {
      await privateTmp(t);
      const args = ["-weather", "-majors", String(major), "--", example.command, ...example.args];

      await runHostProgram("the Go host", { command: go?.host ?? "", args }, {}, async (caseName, run) => {
        await t.test(`${name}: ${caseName}`, run);
      });
    });
  }
}

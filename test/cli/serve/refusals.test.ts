/** What `grafana-plugin-protocol serve` cannot serve. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { truncate, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { atEnd } from "../../helpers/at-end.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { until } from "../../helpers/until.ts";
import { run, weather, weatherYaml } from "./start-serve.ts";

suite("what cannot be served is one line that says what to do", () => {
  const cases: readonly (readonly [name: string, args: readonly string[], code: number, expected: RegExp])[] =
    [
      ["no plugins", [], 2, /expected --plugins DIR/],
      ["an unknown option", ["--plugin", "a"], 2, /--plugin/],
      [
        "a port that is none",
        ["--plugins", weather, "--port", "99999"],
        2,
        /--port: expected .* from 0 to 65535, got "99999"/,
      ],
      [
        "an API that is none",
        ["--plugins", weather, "--api", "loki"],
        2,
        /--api: expected grafana or plutono, got "loki"/,
      ],
      [
        "a key without certificate",
        ["--plugins", weather, "--tls-key", "TMP/none"],
        2,
        /--tls-cert and --tls-key together/,
      ],
      [
        "a certificate that is not there",
        ["--plugins", weather, "--tls-key", "TMP/none", "--tls-cert", "TMP/none"],
        2,
        /--tls-cert: ".*none" does not exist/,
      ],
      [
        "a certificate that is none",
        ["--plugins", weather, "--tls-key", "TMP/text", "--tls-cert", "TMP/text", "--port", "0"],
        1,
        /tls must have a key and a certificate in PEM/,
      ],
      [
        "other machines without a token",
        ["--plugins", weather, "--host", "0.0.0.0"],
        2,
        /--host 0.0.0.0 is for other machines: expected --token-file FILE, or --open/,
      ],
      [
        "a variable without a name",
        ["--plugins", weather, "--plugin-env", "s3cret"],
        2,
        /--plugin-env: expected NAME=VALUE/,
      ],
      [
        "a token file that is not there",
        ["--plugins", weather, "--token-file", "TMP/none"],
        2,
        /--token-file: ".*none" does not exist: write it first/,
      ],
      [
        "a token file that is a folder",
        ["--plugins", weather, "--token-file", "TMP"],
        2,
        /--token-file: ".*" is not a file/,
      ],
      [
        "a token file that is a FIFO",
        ["--plugins", weather, "--token-file", "TMP/fifo"],
        2,
        /--token-file: ".*fifo" is not a file/,
      ],
      [
        "a token file of two gigabytes",
        ["--plugins", weather, "--token-file", "TMP/large"],
        2,
        /has 2147483648 bytes: expected at most 1048576/,
      ],
      [
        "an empty token file",
        ["--plugins", weather, "--token-file", "TMP/empty"],
        2,
        /expected a token on a line, got an empty file/,
      ],
      [
        "a token with spaces",
        ["--plugins", weather, "--token-file", "TMP/spaces"],
        2,
        /line 2 of ".*spaces": expected a token .* without spaces/,
      ],
      [
        "a folder without plugins",
        ["--plugins", "TMP", "--port", "0"],
        1,
        /no plugin to serve in .*: ".*" has no plugin.json within/,
      ],
      [
        "provisioning with an error",
        ["--plugins", weather, "--provisioning", "TMP/bad.yaml"],
        1,
        /bad.yaml:1:1: apiVersion: expected 1, got none/,
      ],
      [
        "a port in use",
        ["--plugins", weather, "--port", "PORT"],
        1,
        /cannot listen on 127.0.0.1, port \d+: .*EADDRINUSE.*choose another port, or 0/,
      ],
    ];
  for (const [name, args, code, expected] of cases) {
    test(name, async (t) => {
      const tmp = await privateTmp(t);
      execFileSync("mkfifo", [join(tmp.path, "fifo")]);
      for (const [file, text] of [
        ["text", "s3cret"],
        ["empty", "\n \n"],
        ["spaces", "s3cret\ns3cret and more\n"],
        ["bad.yaml", "datasources: []"],
        ["large", ""],
      ] as const) {
        await writeFile(join(tmp.path, file), text);
      }
      await truncate(join(tmp.path, "large"), 2 ** 31);
      const other = createTcpServer().listen(0, "127.0.0.1");
      atEnd(t, () => other.close());
      await until("the port is in use", () => other.listening);
      const port = String((other.address() as AddressInfo).port);
      const real = args.map((arg) => arg.replace("TMP", tmp.path).replace("PORT", port));

      const program = run(t, [...real, "--log-level", "error"], { TMPDIR: tmp.path });

      assert.equal((await program.ended).code, code, program.stderr());
      const lines = program.stderr().trimEnd().split("\n");
      assert.match(lines.at(-1) ?? "", expected);
      assert.match(lines.at(-1) ?? "", /^grafana-plugin-protocol: /);
      assert.doesNotMatch(program.stderr(), /s3cret|^ +at /m);
      assert.equal(program.stdout(), "");
    });
  }

  for (const [state, preloaded, expected] of [
    ["not installed", "without-yaml.mjs", /which is not installed: run npm install yaml\n$/],
    [
      "broken",
      "broken-yaml.mjs",
      /which is installed and cannot be loaded \(no such\\u000afile\): install it again\n$/,
    ],
  ] as const) {
    test(`the package yaml is ${state}`, async (t) => {
      const tmp = await privateTmp(t);
      await writeFile(join(tmp.path, "a.yaml"), weatherYaml);
      const hooks = new URL(preloaded, import.meta.url);

      const program = run(t, ["--plugins", weather, "--provisioning", join(tmp.path, "a.yaml")], {
        NODE_OPTIONS: `--import=${hooks}`,
      });

      assert.equal((await program.ended).code, 1);
      assert.match(program.stderr(), /^grafana-plugin-protocol: .* need the package yaml, [^\n]*\n$/);
      assert.match(program.stderr(), expected);
    });
  }
});

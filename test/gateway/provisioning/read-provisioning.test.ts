/** Files of Grafana's provisioning: what they become, what is wrong with them, and what no error tells. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { inspect } from "node:util";
import { PluginError } from "grafana-plugin-protocol";
import { type Provisioning, readProvisioning } from "grafana-plugin-protocol/gateway";
import { privateTmp } from "../../helpers/private-tmp.ts";

const real = join(import.meta.dirname, "files");

/** Writes files and reads the folder with them, or the one that is named. */
async function read(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  { env = {}, at = "" }: { readonly env?: Readonly<Record<string, string>>; readonly at?: string } = {},
): Promise<Provisioning & { readonly folder: string }> {
  const { path } = await privateTmp(t);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text.replaceAll("TMP", path));
  }
  return { ...(await readProvisioning(join(path, at), { env })), folder: path };
}

test("a folder in which no file is read is a warning", async (t) => {
  const { folder, dataSources, warnings } = await read(t, {
    "a.json": "{}",
    "B.YAML": withLines(),
    "provisioning/datasources/c.yaml": withLines(),
  });

  assert.deepEqual(dataSources, []);
  assert.deepEqual(warnings, [
    `${folder}: neither this folder nor datasources and plugins in it have a *.yaml or *.yml file`,
  ]);
});

/** A file with one data source that has these further lines. */
const withLines = (...lines: readonly string[]): string =>
  ["apiVersion: 1", "datasources:", "  - name: A", "    type: a", ...lines.map((line) => `    ${line}`)].join(
    "\n",
  );

suite("real files", () => {
  const env = {
    MYSQL_HOST: "mysql.example",
    POSTGRES_HOST: "postgres.example",
    POSTGRES_USER: "ada",
    POSTGRES_PASSWORD: "s3$cret",
    PROMETHEUS_AUTH: "true",
    TENANT: "7",
  };

  test("of databases, metrics and logs become data sources as a Grafana has them", async () => {
    const { dataSources } = await readProvisioning(real, { env });

    const bare = {
      url: "",
      user: "",
      database: "",
      basicAuth: false,
      basicAuthUser: "",
      withCredentials: false,
      isDefault: false,
      readOnly: true,
      apiVersion: "",
      jsonData: {},
      secureJsonData: {},
    };
    const pem = (kind: string, text: string): string =>
      `-----BEGIN ${kind}-----\n${text}\n-----END ${kind}-----`;
    assert.deepEqual(dataSources, [
      {
        ...bare,
        name: "Prometheus",
        type: "prometheus",
        // What Grafana makes of this name; queries of dashboards have it.
        uid: "PBFA97CFB590B2093",
        url: "https://prometheus.example:9090",
        basicAuth: true,
        basicAuthUser: "scraper",
        jsonData: {
          httpMethod: "POST",
          timeInterval: "15s",
          httpHeaderName1: "X-Scope-OrgID",
          tlsAuthWithCACert: true,
          exemplarTraceIdDestinations: [{ name: "traceID", datasourceUid: "tempo" }],
        },
        secureJsonData: {
          basicAuthPassword: "pa$word: 1",
          httpHeaderValue1: "tenant-7",
          tlsCACert: `${pem("CERTIFICATE", "bm90IGEgY2VydGlmaWNhdGU=")}\n`,
        },
      },
      {
        ...bare,
        name: "Loki",
        type: "loki",
        uid: "loki",
        url: "http://loki.example:3100",
        jsonData: {
          maxLines: 1000,
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the frontend
          derivedFields: [{ name: "TraceID", matcherRegex: "trace_id=(\\w+)", url: "${__value.raw}" }],
        },
      },
      {
        ...bare,
        name: "InfluxDB",
        type: "influxdb",
        uid: "influxdb",
        url: "http://influxdb.example:8086",
        jsonData: { version: "Flux", organization: "example", defaultBucket: "metrics", tlsSkipVerify: true },
        secureJsonData: { token: "0123456789" },
      },
      { ...bare, name: "Random walk", type: "grafana-testdata-datasource", uid: "testdata" },
      {
        ...bare,
        name: "Orders (MySQL)",
        type: "mysql",
        uid: "orders-mysql",
        url: "mysql.example:3306",
        user: "reader",
        isDefault: true,
        jsonData: {
          database: "orders",
          maxOpenConns: 100,
          maxIdleConnsAuto: true,
          connMaxLifetime: 14_400,
          tlsAuth: true,
          tlsSkipVerify: false,
        },
        secureJsonData: {
          password: "from a file",
          tlsClientCert: `${pem("CERTIFICATE", "bm90IGEgY2VydGlmaWNhdGU=")}\n`,
          tlsClientKey: pem("PRIVATE KEY", "bm90IGEga2V5"),
        },
      },
      {
        ...bare,
        name: "Events (PostgreSQL)",
        type: "grafana-postgresql-datasource",
        uid: "events-postgres",
        url: "postgres.example:5432",
        user: "ada",
        readOnly: false,
        version: 3,
        jsonData: { database: "events", sslmode: "require", postgresVersion: 1500, timescaledb: false },
        secureJsonData: { password: "s3$cret" },
      },
    ]);
  });

  test("of apps become settings by the id of their plugin", async () => {
    const { apps } = await readProvisioning(real, { env });

    assert.deepEqual(apps, {
      "example-app": {
        jsonData: { apiUrl: "http://mysql.example/api", retries: 3 },
        secureJsonData: { apiToken: "s3$cret" },
      },
    });
  });

  test("are named with those that they include, and with warnings", async () => {
    const { files, warnings } = await readProvisioning(real, { env });

    assert.deepEqual(files, [
      join(real, "datasources", "metrics.yaml"),
      join(real, "datasources", "sql.yaml"),
      join(import.meta.dirname, "files", "mysql-password"),
      join(real, "plugins", "apps.yml"),
    ]);
    assert.deepEqual(
      warnings.map((warning) => warning.replace(`${real}/`, "")),
      [
        "datasources/metrics.yaml:4:1: x-limits: no such member is known, so it is ignored",
        "datasources/metrics.yaml:60:12: datasources[4]: is left out: it is for organisation 2, and there is one, 1",
        "plugins/apps.yml:12:5: apps[1]: is left out: it is for another organisation, and there is one, 1",
      ],
    );
  });
});

test("names that every object of JavaScript has are names like others", async (t) => {
  const { dataSources, apps } = await read(t, {
    "a.yaml": `${withLines(
      "user: a$constructor$__proto__",
      "jsonData: {__proto__: {a: 1}, toString: b}",
      "secureJsonData: {__proto__: c}",
    )}\napps: [{type: __proto__}]`,
  });

  const [{ user, jsonData, secureJsonData } = { user: undefined }] = dataSources;
  assert.equal(user, "a");
  assert.equal(
    JSON.stringify([jsonData, secureJsonData]),
    '[{"__proto__":{"a":1},"toString":"b"},{"__proto__":"c"}]',
  );
  assert.deepEqual(Object.keys(apps), ["__proto__"]);
});

suite("several files", () => {
  test("are read by name, a later one replaces a data source of the same name or removes it", async (t) => {
    const { dataSources, warnings, folder } = await read(t, {
      "b.yaml": withLines("uid: later"),
      "a.yml":
        "apiVersion: 1\ndatasources: [{name: A, type: old}, {name: B, type: b}, {name: C, type: c, uid: c}]",
      "c.yaml": "apiVersion: 1\ndeleteDatasources: [{name: B}, {name: C, orgId: 2}]",
      "d.json": "not read",
      "e.yaml": "",
    });

    assert.deepEqual(
      dataSources.map(({ name, uid, type }) => [name, uid, type]),
      [
        ["C", "c", "c"],
        ["A", "later", "a"],
      ],
    );
    assert.deepEqual(warnings, [
      `${folder}/b.yaml:3:5: replaces the data source of the same name at ${folder}/a.yml:2:15`,
    ]);
  });

  test("of a ConfigMap are read once, through its links", async (t) => {
    const { path } = await privateTmp(t);
    await mkdir(join(path, "..2026"));
    await writeFile(join(path, "..2026", "a.yaml"), withLines("uid: a"));
    await symlink("..2026", join(path, "..data"));
    await symlink("..data/a.yaml", join(path, "a.yaml"));

    const { dataSources, warnings } = await readProvisioning(path);

    assert.deepEqual([dataSources.length, warnings], [1, []]);
  });
});

suite("a warning names file, line, column and what is meant", () => {
  for (const [name, line, expected] of [
    [
      "a member that is written differently",
      "basicauth: true",
      /a.yaml:5:5: datasources\[0\].basicauth: no such member.*; basicAuth is one/,
    ],
    [
      "an unknown member",
      "colour: red",
      /a.yaml:5:5: datasources\[0\].colour: no such member is known, so it is ignored$/,
    ],
    [
      "an old password",
      "password: hunter2",
      /a.yaml:5:5: datasources\[0\].password: Grafana no longer reads it: put it into secureJsonData as password/,
    ],
    ["another access", "access: server", /a.yaml:5:13: .*expected proxy or direct/],
    [
      "a variable that is not set",
      "url: http://$NO_HOST/",
      /a.yaml:5:10: datasources\[0\].url: the variable NO_HOST is not set/,
    ],
    ["Grafana Enterprise's vault", "user: $__vault{kv:a}", /a.yaml:5:11: .*Grafana Enterprise/],
    [
      "a number that JavaScript does not have",
      "jsonData: {id: 9007199254740993}",
      /a.yaml:5:20: .*jsonData.id: .*quote it/,
    ],
    [
      "a key that is there twice",
      "url: a\n    url: b",
      /a.yaml:6:5: this key was there before; the last one counts/,
    ],
    ["a second document", "url: a\n---\na: b", /a.yaml:\d:\d: only the first document/],
  ] as const) {
    test(`about ${name}`, async (t) => {
      const { warnings } = await read(t, { "a.yaml": withLines(line) });

      assert.match(warnings.join("\n"), expected);
    });
  }
});

suite("an error names file, line, column and what is expected", () => {
  for (const [name, text, expected] of [
    ["no apiVersion", "datasources: []", /a.yaml:1:1: apiVersion: expected 1, got none: write apiVersion: 1/],
    ["another apiVersion", "apiVersion: 2", /a.yaml:1:13: apiVersion: expected 1, got 2/],
    ["a list", "- a", /a.yaml:1:1: expected a mapping with apiVersion and datasources, got a list/],
    [
      "datasources as a mapping",
      "apiVersion: 1\ndatasources: {a: b}",
      /a.yaml:2:14: datasources: expected a list, got a mapping/,
    ],
    [
      "an entry that is a text",
      "apiVersion: 1\ndatasources: [a]",
      /a.yaml:2:15: datasources\[0\]: expected a mapping, got a text/,
    ],
    [
      "no name",
      "apiVersion: 1\ndatasources: [{type: a}]",
      /a.yaml:2:15: datasources\[0\].name: expected a text, got none/,
    ],
    [
      "an empty type",
      "apiVersion: 1\ndatasources: [{name: a, type: ''}]",
      /a.yaml:2:31: .*type: expected a text, got an empty one/,
    ],
    [
      "a uid that no URL has",
      withLines("uid: a/b"),
      /a.yaml:5:10: .*uid: expected 1 to 40 letters.*got "a\/b"/,
    ],
    [
      "yes for true",
      withLines("isDefault: yes"),
      /a.yaml:5:16: .*isDefault: expected true or false, got yes/,
    ],
    [
      "an unset variable for true",
      withLines("basicAuth: $UNSET"),
      /a.yaml:5:16: .*expected true or false, got an empty text/,
    ],
    ["a text for a number", withLines("version: two"), /a.yaml:5:14: .*version: expected a whole number/],
    ["a list for a text", withLines("url: [a]"), /a.yaml:5:10: .*url: expected one value, got a sequence/],
    [
      "a text for jsonData",
      withLines("jsonData: a"),
      /a.yaml:5:15: .*jsonData: expected a mapping, got a text/,
    ],
    ["infinity", withLines("jsonData: {a: .inf}"), /a.yaml:5:19: .*expected a value that JSON has/],
    [
      "a file that is not there",
      withLines('secureJsonData: {a: "$__file{TMP/none}"}'),
      /a.yaml:5:25: datasources\[0\].secureJsonData.a: the file of \$__file does not exist/,
    ],
    [
      "a tab",
      "apiVersion: 1\ndatasources:\n\t- name: a",
      /a.yaml:3:1: expected spaces as indentation, got a tab/,
    ],
    ["an alias without anchor", withLines("user: *nobody"), /a.yaml:5:11: .*alias.*quote the text/],
    ["an open quote", withLines('url: "a'), /a.yaml:5:\d+: something is missing here/],
    [
      "two defaults",
      `${withLines("isDefault: true")}\n  - {name: B, type: b, isDefault: true}`,
      /a.yaml:6:5: isDefault: expected one default, got two: the other is at .*a.yaml:3:5/,
    ],
    [
      "two of one uid",
      `${withLines("uid: u")}\n  - {name: B, type: b, uid: u}`,
      /a.yaml:6:5: uid: expected one of its own, got that of .*a.yaml:3:5/,
    ],
    ["an app without type", "apps: [{org_id: 1}]", /a.yaml:1:8: apps\[0\].type: expected the id of a plugin/],
    ["a cycle", withLines("jsonData: &a {b: *a}"), /a.yaml:5:22: this alias is within its own anchor/],
    ["bytes that are not UTF-8", "\ud800", /./],
  ] as const) {
    test(`for ${name}`, async (t) => {
      if (name.startsWith("bytes")) {
        const { path } = await privateTmp(t);
        await writeFile(join(path, "a.yaml"), Buffer.from([0x61, 0xff]));
        await assert.rejects(readProvisioning(path), {
          code: "provisioning_invalid",
          message: /a.yaml: is not UTF-8/,
        });
        return;
      }
      await assert.rejects(read(t, { "a.yaml": text }), (error) => {
        assert.ok(error instanceof PluginError);
        assert.deepEqual(
          [error.code, expected.exec(error.message) !== null],
          ["provisioning_invalid", true],
          error.message,
        );
        return true;
      });
    });
  }

  test("for a path with nothing at it", async (t) => {
    await assert.rejects(read(t, {}, { at: "none" }), {
      code: "provisioning_not_found",
      message: /no provisioning file at ".*none": name a YAML file, or a folder/,
    });
  });
});

suite("what cannot be a file of provisioning is an error at once", () => {
  test("a FIFO without a writer", async (t) => {
    const { path } = await privateTmp(t);
    execFileSync("mkfifo", [join(path, "a.yaml")]);

    await assert.rejects(readProvisioning(path), { message: /a.yaml: is not a file/ });
  });

  test("a FIFO of $__file", async (t) => {
    const { path } = await privateTmp(t);
    execFileSync("mkfifo", [join(path, "fifo")]);
    await writeFile(join(path, "a.yaml"), withLines(`user: $__file{${join(path, "fifo")}}`));

    await assert.rejects(readProvisioning(path), { message: /user: the file of \$__file is not a file/ });
  });

  test("a device", async () => {
    await assert.rejects(readProvisioning("/dev/zero"), { message: /is not a file/ });
  });

  test("more text than any configuration has", async (t) => {
    await assert.rejects(read(t, { "a.yaml": "#\n".repeat(200_000) }), {
      message: /a.yaml:1:1: expected at most 262144 characters, got 400000: put long values into files/,
    });
  });

  test("two gigabytes", async (t) => {
    const { path } = await privateTmp(t);
    await writeFile(join(path, "a.yaml"), "");
    await truncate(join(path, "a.yaml"), 2 ** 31);

    await assert.rejects(readProvisioning(path), {
      message: /has 2147483648 bytes: expected at most 1048576/,
    });
  });

  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (const [index, name] of [..."bcdefghi"].entries()) {
    const before = String.fromCharCode(97 + index);
    bomb.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]`);
  }
  for (const [name, text, expected] of [
    [
      "aliases that multiply",
      withLines("jsonData:", ...bomb.map((line) => `  ${line}`)),
      /expected at most 100000 values/,
    ],
    [
      "merges that multiply",
      `m: &m {${Array.from({ length: 1000 }, (_, key) => `k${key}: 1`).join(", ")}}\n${Array.from({ length: 1000 }, (_, index) => `n${index}: {<<: *m}`).join("\n")}`,
      /more than 100000 values/,
    ],
    ["brackets in brackets", `a: ${"[".repeat(50_000)}`, /nested|missing/],
    ["braces in braces", `a: ${"{a: ".repeat(50_000)}`, /nested|missing/],
    [
      "lists in lists",
      `a:\n${Array.from({ length: 400 }, (_, depth) => `${" ".repeat(depth)}-`).join("\n")}`,
      /nested deeper than 100 levels/,
    ],
    ["very many dollars", withLines(`user: "${"${".repeat(80_000)}"`), undefined],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what is interpolated
    ["very many variables", withLines(`user: "${"${A}".repeat(60_000)}"`), undefined],
  ] as const) {
    test(name, async (t) => {
      const reading = read(t, { "a.yaml": text });

      if (expected === undefined) assert.equal((await reading).dataSources[0]?.user, "");
      else await assert.rejects(reading, { code: "provisioning_invalid", message: expected });
    });
  }
});

suite("a secret is in no error and no warning", () => {
  const secret = "hunter2-Pa$$-secret";
  for (const [name, text] of [
    ["in a broken line", withLines("secureJsonData:", `  password: ${secret}`, `  "other: ${secret}`)],
    ["as an alias", withLines(`secureJsonData: {password: *${secret}}`)],
    ["after a reserved character", withLines(`secureJsonData: {password: @${secret}}`)],
    ["after a percent sign", `%${secret}\n---\na: b`],
    ["as the head of a block", withLines(`secureJsonData: {}`, `user: |${secret}`)],
    ["with an unknown escape", withLines(`secureJsonData: {password: "\\q${secret}"}`)],
    ["as a tag", withLines(`secureJsonData: {password: !<${secret} a}`)],
    ["as a list", withLines(`secureJsonData: {password: [${secret}]}`)],
    ["in the wrong place", withLines(`basicAuth: ${secret}`, `${secret}: a`)],
    ["as a number", withLines(`version: ${secret}`)],
    ["as access", withLines(`access: ${secret}`)],
    ["as a member of its own", withLines(`"${secret} and more": a`, "version: x")],
    ["with a dollar", withLines("secureJsonData: {password: a$hunter2}", "version: x")],
    ["with a variable that has a dollar", withLines(`secureJsonData: {password: "\${PW}"}`, "version: x")],
    ["with a file that has a dollar", withLines("secureJsonData: {password: $__file{TMP/pw}}", "version: x")],
    ["as the path of a file", withLines(`secureJsonData: {password: "$__file{/${secret}}"}`)],
    ["as a uid by a variable", withLines("uid: $PW")],
    ["at the end of the file", `${withLines("secureJsonData:")}\n      password: 'hunter2`],
  ] as const) {
    test(name, async (t) => {
      const seen = await read(t, { "a.yaml": text, pw: "a$hunter2" }, { env: { PW: "a$hunter2" } }).then(
        ({ warnings }) => warnings.join("\n"),
        (error: unknown) => inspect(error, { depth: 10, showHidden: true }),
      );

      assert.doesNotMatch(seen, /hunter2/);
      assert.match(seen, /a\.yaml/);
    });
  }
});

/** What files of Grafana's provisioning become. */
import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { readProvisioning } from "grafana-plugin-protocol/gateway";
import { privateTmp } from "../../../helpers/private-tmp.ts";
import { read, withLines } from "./read-files.ts";

const real = join(import.meta.dirname, "..", "files");

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
      join(import.meta.dirname, "..", "files", "mysql-password"),
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

/** A gateway whose provisioning changes while it runs, by every way in which editors and Kubernetes change files. */
import assert from "node:assert/strict";
import { mkdir, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { createGateway, type Gateway, type GatewayLogRecord } from "grafana-plugin-protocol/gateway";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { type PluginContext, v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../../helpers/at-end.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { until } from "../../helpers/until.ts";

interface Followed {
  readonly gateway: Gateway;
  readonly folder: string;
  readonly log: readonly GatewayLogRecord[];
  /** Contexts of health checks, in their order. */
  readonly contexts: readonly PluginContext[];
  readonly write: (text: string, name?: string) => Promise<void>;
  readonly untilNames: (...names: readonly string[]) => Promise<void>;
  readonly untilLogged: (pattern: RegExp) => Promise<GatewayLogRecord>;
  readonly check: (uid: string) => Promise<PluginContext>;
  /** Lets health checks end; until then they wait. */
  readonly open: () => void;
}

/** A file with data sources of these names; what follows a colon is their URL. */
function file(...sources: readonly string[]): string {
  const lines = sources.map((source) => {
    const [name, url = ""] = source.split("=");
    return `  - {name: ${name}, uid: ${name}, type: memory, url: "${url}"}`;
  });
  return ["apiVersion: 1", "datasources:", ...lines, ""].join("\n");
}

/** A gateway that follows `a.yaml` in a folder, or that path, with an app and a data source plugin in memory. */
async function follow(
  t: TestContext,
  first: string | undefined,
  { at = "a.yaml", isSlow = false }: { readonly at?: string; readonly isSlow?: boolean } = {},
): Promise<Followed> {
  const { path: folder } = await privateTmp(t);
  const write = (text: string, name = "a.yaml"): Promise<void> => writeFile(join(folder, name), text);
  if (first !== undefined) await write(first);
  const contexts: PluginContext[] = [];
  const gate = Promise.withResolvers<void>();
  if (!isSlow) gate.resolve();
  const client = createInMemoryPlugin(v2, {
    diagnostics: {
      async checkHealth({ pluginContext }) {
        if (pluginContext !== undefined) contexts.push(pluginContext);
        await gate.promise;
        return { status: 1, message: pluginContext?.dataSourceInstanceSettings?.url ?? "" };
      },
    },
  });
  const log: GatewayLogRecord[] = [];
  const gateway = await createGateway({
    plugins: [
      { id: "memory", client },
      { id: "app", type: "app", client },
    ],
    provisioning: join(folder, at),
    onLog: (record) => log.push(record),
  });
  atEnd(t, () => gateway.close({ graceMs: 0 }));
  const path = (uid: string): string => (uid === "app" ? "plugins/app" : `datasources/uid/${uid}`);
  return {
    gateway,
    folder,
    log,
    contexts,
    write,
    untilNames: async (...names) => {
      await until(`the data sources are ${names}`, () => namesOf(gateway) === names.join());
    },
    untilLogged: (pattern) =>
      until(`the log has ${pattern}`, () => log.find((record) => pattern.test(JSON.stringify(record)))),
    check: async (uid) => {
      const response = await gateway.fetch(new Request(`http://localhost/api/${path(uid)}/health`));
      assert.equal(response.status, 200, await response.text());
      const [context] = contexts.slice(-1);
      assert.ok(context);
      return context;
    },
    open: gate.resolve,
  };
}

const namesOf = ({ dataSources }: Gateway): string => dataSources.map(({ name }) => name).join();

suite("a change of the files is taken over", () => {
  test("when a file is written in place", async (t) => {
    const { gateway, write, untilNames } = await follow(t, file("A"));
    assert.equal(namesOf(gateway), "A");

    await write(file("B"));

    await untilNames("B");
  });

  test("when a file is replaced by renaming another, as editors do", async (t) => {
    const { folder, write, untilNames } = await follow(t, file("A"));

    await write(file("B", "C"), "a.yaml.swp");
    await rename(join(folder, "a.yaml.swp"), join(folder, "a.yaml"));

    await untilNames("B", "C");
  });

  test("when Kubernetes swaps the link of a ConfigMap", async (t) => {
    const { path } = await privateTmp(t);
    const version = async (name: string, text: string): Promise<void> => {
      await mkdir(join(path, name));
      await writeFile(join(path, name, "a.yaml"), text);
      await symlink(name, join(path, "..data_tmp"));
      await rename(join(path, "..data_tmp"), join(path, "..data"));
    };
    await version("..1", file("A"));
    await symlink("..data/a.yaml", join(path, "a.yaml"));
    const gateway = await createGateway({ plugins: [], provisioning: path });
    atEnd(t, () => gateway.close());

    await version("..2", file("B"));
    await rm(join(path, "..1"), { recursive: true });

    await until("the new version counts", () => namesOf(gateway) === "B");
  });

  test("when files come into a folder and go out of it", async (t) => {
    const { folder, write, untilNames } = await follow(t, file("A"), { at: "." });

    await write(file("B"), "b.yaml");
    await untilNames("A", "B");
    await unlink(join(folder, "a.yaml"));

    await untilNames("B");
  });

  test("when a path comes into being that was not there", async (t) => {
    const { gateway, write, untilNames, untilLogged } = await follow(t, undefined);
    assert.equal(namesOf(gateway), "");
    await untilLogged(/no provisioning file at .* It is read when it is there/);

    await write(file("A"));

    await untilNames("A");
  });

  test("when the file of $__file changes", async (t) => {
    const { folder, gateway, write } = await follow(t, undefined);
    await write("http://old", "url");
    await write(`apiVersion: 1\ndatasources: [{name: A, type: memory, url: "$__file{${folder}/url}"}]`);
    await until("the first one counts", () => gateway.dataSources[0]?.url === "http://old");

    await write("http://new", "url");

    await until("the second one counts", () => gateway.dataSources[0]?.url === "http://new");
  });

  test("when reloadProvisioning is called, at once", async (t) => {
    const { gateway, write } = await follow(t, file("A"));
    await write(file("B"));

    gateway.reloadProvisioning();

    assert.equal(namesOf(gateway), "B");
  });

  test("the last of many, whatever the order and the speed in which they come", async (t) => {
    const { write, untilNames, untilLogged } = await follow(t, file("A"));

    for (let round = 0; round < 200; round++)
      await write(round % 3 === 0 ? "apiVersion: 1\nda" : file(`R${round}`));
    await write(file("Last"));

    await untilNames("Last");
    await untilLogged(/provisioning was read/);
  });
});

suite("while provisioning changes", () => {
  test("running calls go on with the data source that they began with", async (t) => {
    const { gateway, contexts, write, untilNames, open } = await follow(t, file("A=http://old"), {
      isSlow: true,
    });
    const running = gateway.fetch(new Request("http://localhost/api/datasources/uid/A/health"));
    await until("the call is in the plugin", () => contexts.length === 1);

    await write(file("B"));
    await untilNames("B");
    open();

    const response = await running;
    assert.deepEqual([response.status, (await response.json()).message], [200, "http://old"]);
  });

  test("data sources that stay the same keep number and time, and others get a new time", async (t) => {
    const { check, write, untilNames } = await follow(t, file("A", "B=http://old"));
    const before = { a: await check("A"), b: await check("B") };

    await write(file("C", "B=http://new", "A"));
    await untilNames("C", "B", "A");

    const settingsOf = ({ dataSourceInstanceSettings: of }: PluginContext) => ({
      id: of?.id,
      lastUpdatedMS: of?.lastUpdatedMS,
    });
    const a = settingsOf(await check("A"));
    const b = settingsOf(await check("B"));
    assert.deepEqual(a, settingsOf(before.a));
    assert.equal(b.id, settingsOf(before.b).id);
    assert.ok((b.lastUpdatedMS ?? 0n) > (settingsOf(before.b).lastUpdatedMS ?? 0n));
  });

  test("an app gets its new settings, and keeps its time while they are the same", async (t) => {
    const app = (retries: number): string => `apps: [{type: app, jsonData: {retries: ${retries}}}]\n`;
    const { check, gateway, write } = await follow(t, app(1));
    const settings = async () => (await check("app")).appInstanceSettings;
    const first = await settings();

    await write(`# another text\n${app(1)}`);
    gateway.reloadProvisioning();
    const same = await settings();
    await write(app(2));
    gateway.reloadProvisioning();
    const changed = await settings();

    const textOf = (bytes?: Uint8Array): string => new TextDecoder().decode(bytes);
    assert.deepEqual(same, first);
    assert.equal(textOf(first?.jsonData), '{"retries":1}');
    assert.equal(textOf(changed?.jsonData), '{"retries":2}');
    assert.ok((changed?.lastUpdatedMS ?? 0n) > (first?.lastUpdatedMS ?? 0n));
  });

  for (const [what, at, link] of [
    ["the file", "a.yaml", "a.yaml"],
    ["a folder", "", "datasources"],
  ] as const) {
    test(`${what} that becomes a link to itself is logged, and what was read before stays`, async (t) => {
      const { gateway, folder, untilLogged } = await follow(t, file("A"), { at });

      await rm(join(folder, link), { force: true });
      await symlink(link, join(folder, link));
      const { fields } = await untilLogged(/so what was read before stays/);

      assert.match(String(fields["reason"]), /cannot be read \(ELOOP\)/);
      assert.throws(() => gateway.reloadProvisioning(), { code: "provisioning_invalid" });
      assert.equal(namesOf(gateway), "A");
    });
  }

  for (const [name, text, reason] of [
    ["YAML that is none", "apiVersion: 1\ndatasources: [", /a.yaml:2:15: .*a bracket or brace is not closed/],
    ["a data source without type", "apiVersion: 1\ndatasources: [{name: A}]", /type: expected a text/],
    ["a data source that is there by code, too", file("A", "Coded"), /uid must be one of its own/],
  ] as const) {
    test(`${name} is logged once, and what was read before stays until it is right`, async (t) => {
      const { gateway, log, write, untilNames, untilLogged } = await follow(t, file("A"));
      gateway.setDataSources([{ name: "Coded", uid: "Coded", type: "memory" }]);

      await write(text);
      const { level, fields } = await untilLogged(/so what was read before stays/);

      assert.equal(level, "error");
      assert.match(String(fields["reason"]), reason);
      assert.equal(namesOf(gateway), "Coded,A");
      await write(file("B"));
      await untilNames("Coded", "B");
      assert.equal(log.filter(({ message }) => message.includes("so what was read before stays")).length, 1);
    });
  }

  test("a path that goes away leaves what was read", async (t) => {
    const { folder, gateway, write, untilNames, untilLogged } = await follow(t, file("A"));

    await unlink(join(folder, "a.yaml"));
    await untilLogged(/no provisioning file at/);

    assert.equal(namesOf(gateway), "A");
    await write(file("B"));
    await untilNames("B");
  });

  test("data sources by code are replaced apart from those of the files", async (t) => {
    const { gateway, write, untilNames } = await follow(t, file("A"));

    gateway.setDataSources([{ name: "Coded", type: "memory" }]);
    assert.equal(namesOf(gateway), "Coded,A");
    await write(file("B"));
    await untilNames("Coded", "B");
    assert.throws(() => gateway.setDataSources([{ name: "B", type: "memory" }]), { code: "invalid_option" });

    assert.equal(namesOf(gateway), "Coded,B");
  });
});

suite("a gateway is not made", () => {
  test("of provisioning that is wrong from the beginning", async (t) => {
    await assert.rejects(follow(t, "apiVersion: 1\ndatasources: {}"), { code: "provisioning_invalid" });
  });

  test("of provisioning that is no text", async () => {
    // @ts-expect-error a path is a text
    await assert.rejects(createGateway({ plugins: [], provisioning: 5 }), { code: "invalid_option" });
  });
});

suite("a sidecar that asks to reload provisioning", () => {
  const ask = (gateway: Gateway, kind: string): Promise<Response> =>
    gateway.fetch(new Request(`http://localhost/api/admin/provisioning/${kind}/reload`, { method: "POST" }));

  test("gets it, and Grafana's answer", async (t) => {
    const { gateway, write } = await follow(t, file("A"));
    await write(file("B"));

    const response = await ask(gateway, "datasources");

    assert.deepEqual(
      [response.status, await response.json()],
      [200, { message: "Datasources config reloaded" }],
    );
    assert.equal(namesOf(gateway), "B");
    assert.deepEqual(await (await ask(gateway, "plugins")).json(), { message: "Plugins config reloaded" });
  });

  test("of a broken file gets an error that names no file, and the log has the reason", async (t) => {
    const { gateway, folder, write, untilLogged } = await follow(t, file("A"));
    await write("apiVersion: 1\ndatasources: {}");

    const response = await ask(gateway, "datasources");
    const text = await response.text();

    assert.equal(response.status, 500);
    assert.match(text, /what was read before stays/);
    assert.equal(text.includes(folder), false);
    assert.match(JSON.stringify(await untilLogged(/so what was read before stays/)), /expected a list/);
    assert.equal(namesOf(gateway), "A");
  });
});

test("without the option provisioning there is nothing to read again", async () => {
  const gateway = await createGateway({ plugins: [] });

  assert.throws(() => gateway.reloadProvisioning(), {
    code: "invalid_option",
    message: /the option provisioning/,
  });
  await gateway.close();
});

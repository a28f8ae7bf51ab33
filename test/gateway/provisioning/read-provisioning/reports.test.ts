/** What a file of provisioning has wrong, and what is odd. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { PluginError } from "grafana-plugin-protocol";
import { readProvisioning } from "grafana-plugin-protocol/gateway";
import { privateTmp } from "../../../helpers/private-tmp.ts";
import { read, withLines } from "./read-files.ts";

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

suite("a warning names file, line, column and what is meant", () => {
  for (const [name, line, expected] of [
    [
      "a member that is written differently",
      "basicauth: true",
      /a.yaml:5:5: datasources\[0\].basicauth: no such member.*: did you mean basicAuth\?$/,
    ],
    [
      "a member that is mistyped",
      "databsae: orders",
      /a.yaml:5:5: datasources\[0\].databsae: no such member.*: did you mean database\?$/,
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

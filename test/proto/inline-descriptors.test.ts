import assert from "node:assert/strict";
import { copyFile, glob, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { create } from "@bufbuild/protobuf";
import { embedFileDesc, fileDesc } from "@bufbuild/protobuf/codegenv2";
import { FileDescriptorProtoSchema, file_google_protobuf_api } from "@bufbuild/protobuf/wkt";
import { inlineDescriptors } from "../../scripts/proto/inline-descriptors.ts";
import { packageRoot } from "../../scripts/proto/run-tool.ts";
import { withBuildFolder } from "../../scripts/proto/with-build-folder.ts";
import { firstDifference } from "./first-difference.ts";

test("descriptors of google/protobuf that a file imports come with all of their imports", async () => {
  const base64 = embedFileDesc(
    create(FileDescriptorProtoSchema, { name: "made/up.proto", package: "made", syntax: "proto3" }),
  ).base64();
  await withBuildFolder(packageRoot, "inline-", async (folder) => {
    const file = join(folder, "v9", "made", "up_pb.js");
    await mkdir(join(folder, "v9", "made"), { recursive: true });
    await copyFile(join(packageRoot, "gen", "es", "file-of.js"), join(folder, "file-of.js"));
    await writeFile(
      file,
      [
        'import { fileDesc } from "@bufbuild/protobuf/codegenv2";',
        'import { file_google_protobuf_api } from "@bufbuild/protobuf/wkt";',
        `export const file_made_up = /*@__PURE__*/ fileDesc("${base64}", [file_google_protobuf_api]);`,
      ].join("\n"),
    );

    await inlineDescriptors(folder);

    const written: string[] = [];
    for await (const path of glob("**/*_pb.js", { cwd: folder })) {
      written.push(path);
      assert.doesNotMatch(await readFile(join(folder, path), "utf8"), /@bufbuild\/protobuf\//);
    }
    assert.deepEqual(
      written.sort(),
      [
        "google/protobuf/any",
        "google/protobuf/api",
        "google/protobuf/source_context",
        "google/protobuf/type",
        "made/up",
      ].map((name) => `v9/${name}_pb.js`),
    );
    const { file_made_up } = await import(pathToFileURL(file).href);
    assert.equal(firstDifference(file_made_up, fileDesc(base64, [file_google_protobuf_api])), undefined);
  });
});

test("output of another protoc-gen-es is an error that says what to adapt", async () => {
  await withBuildFolder(packageRoot, "inline-", async (folder) => {
    await mkdir(join(folder, "v9"));
    await writeFile(join(folder, "v9", "up_pb.js"), "export const file_up = newWay();\n");

    await assert.rejects(inlineDescriptors(folder), {
      message: /^expected fileDesc\("…"\) and its import in .+up_pb\.js: adapt inline-descriptors\.ts/,
    });
  });
});

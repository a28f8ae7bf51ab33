import assert from "node:assert/strict";
import type { PluginClient } from "grafana-plugin-protocol";
import { AdmissionReviewRequest_Operation as Operation } from "grafana-plugin-protocol/experimental/v3";
import { bytesOf, type Case, collect, textOf } from "./case.ts";
import type { extendedV2 } from "./fixture-extensions.ts";

/** Every RPC that may travel in handshake version 2 beside those of major 2. */
export const casesExtensions: readonly Case<PluginClient<typeof extendedV2>>[] = [
  {
    name: "Renderer.Render: every field of the request arrives",
    run: async ({ renderer }) => {
      const headers = { "Accept-Language": { values: ["de", "en"] } };
      const { error } = await renderer.render({
        url: "echo",
        width: 640,
        height: 480,
        deviceScaleFactor: 1.5,
        headers,
      });
      assert.deepEqual(JSON.parse(error), {
        deviceScaleFactor: 1.5,
        headers: { "Accept-Language": ["de", "en"] },
        height: "480",
        url: "echo",
        width: "640",
      });
      assert.equal((await renderer.render({ url: "fail" })).error, "bad url");
    },
  },
  {
    name: "Renderer.RenderCSV: a file name, and a failure",
    run: async ({ renderer }) => {
      assert.equal((await renderer.renderCSV({ url: "http://example.invalid" })).fileName, "fixture.csv");
      assert.equal((await renderer.renderCSV({ url: "fail" })).error, "bad url");
    },
  },
  {
    name: "Sanitizer.Sanitize: the content, and a failure",
    run: async ({ sanitizer }) => {
      assert.equal(textOf((await sanitizer.sanitize({ content: bytesOf("<svg/>") })).sanitized), "<SVG/>");
      assert.equal((await sanitizer.sanitize({ configType: "fail" })).error, "bad config");
    },
  },
  {
    name: "v3 AdmissionReview: the operation and the object",
    run: async ({ admissionReview }) => {
      const answer = await admissionReview.admissionReview({
        operation: Operation.UPDATE,
        objectBytes: bytesOf("object"),
      });
      assert.equal(answer.allowed, true);
      assert.equal(textOf(answer.objectBytes), "object");
      assert.deepEqual(answer.warnings, ["OPERATION_UPDATE"]);
      assert.equal(answer.error, undefined);
    },
  },
  {
    name: "v3 ConvertObjects: uid and every object",
    run: async ({ objectConversion }) => {
      const objects = ["a", "b"].map((raw) => ({ raw: bytesOf(raw) }));
      const answer = await objectConversion.convertObjects({ uid: "u-1", targetVersion: "v2", objects });
      assert.equal(answer.uid, "u-1");
      assert.deepEqual(
        answer.converted.map(({ raw }) => textOf(raw)),
        ["v2:a", "v2:b"],
      );
    },
  },
  {
    name: "v3 CallRoute: a stream of two answers",
    run: async ({ route }) => {
      const answers = await collect(route.callRoute({ method: "POST", path: "a/b", body: bytesOf("body") }));
      assert.deepEqual(
        answers.map(({ body }) => textOf(body)),
        ["body", "end"],
      );
      assert.equal(answers[0]?.code, 200);
      assert.deepEqual(answers[0]?.headers["X-Route"]?.values, ["POST", "a/b"]);
    },
  },
];

import assert from "node:assert/strict";
import { test } from "node:test";
import { ScalarType } from "@bufbuild/protobuf";
import { mayBeSecret } from "../../../../src/transport/grpc/decode/may-be-secret.ts";
import { messageTypes } from "../messages/message-types.ts";

test("the texts of the contracts that are not remembered are the keys and tokens for renderers", () => {
  const contracts = messageTypes().filter(({ typeName }) => /^(models|plugin\w*|grafana)\./.test(typeName));
  const texts = contracts
    .flatMap(({ fields }) => fields)
    .filter((field) => field.fieldKind !== "map" && field.scalar === ScalarType.STRING);

  const secret = texts.filter(mayBeSecret).map(({ parent, name }) => `${parent.typeName}.${name}`);

  assert.deepEqual(secret.sort(), [
    "models.RenderRequest.renderKey",
    "pluginextensionv2.RenderCSVRequest.authToken",
    "pluginextensionv2.RenderCSVRequest.renderKey",
    "pluginextensionv2.RenderRequest.authToken",
    "pluginextensionv2.RenderRequest.renderKey",
    "pluginextensionv2.SanitizeRequest.authToken",
  ]);
});

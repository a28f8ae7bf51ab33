import assert from "node:assert/strict";
import { test } from "node:test";
import { isRemembered } from "../../../../src/transport/grpc/decode/is-remembered.ts";
import { messageTypes } from "../messages/message-types.ts";

/** What a host fills with texts of users, or of their requests. */
const mayHoldSecrets =
  /url|user|login|email|header|values|path|body|json|key|token|secret|password|config|domain|message|error$|namespace|^name$/i;

test("texts are remembered of ids, types and versions alone", () => {
  const remembered = messageTypes()
    .flatMap(({ fields }) => fields)
    .filter(isRemembered)
    .map(({ name }) => name);

  assert.ok(remembered.includes("refId"));
  assert.ok(remembered.includes("pluginId"));
  assert.deepEqual(
    remembered.filter((name) => mayHoldSecrets.test(name)),
    [],
  );
});

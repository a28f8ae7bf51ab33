import assert from "node:assert/strict";
import { test } from "node:test";
import { splitBinaryHeaders } from "../../../src/transport/connect-node/split-binary-headers.ts";

test("only binary keys with several values are split", () => {
  const headers = { "a-bin": "AQ, Ag,Aw", "b-bin": "AQ", c: "1, 2", ":status": 200, "d-bin": ["AQ", "Ag"] };

  assert.deepEqual(splitBinaryHeaders(headers), { ...headers, "a-bin": ["AQ", "Ag", "Aw"] });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { findChosenMajor } from "../../../src/go-plugin/handshake/find-chosen-major.ts";

const majors = [
  { version: 10, name: "ten" },
  { version: 2, name: "two" },
  { version: 9, name: "nine" },
];

test("gives the very major that the plugin chose", () => {
  assert.equal(findChosenMajor(2, majors), majors[1]);
});

test("refuses a major that the host does not have, and says what to do", () => {
  assert.throws(() => findChosenMajor(1, majors), {
    code: "protocol_version_mismatch",
    message:
      "plugin speaks protocol 1, host accepts 2, 9, 10: add protocol 1 to the host's protocols, " +
      "or install a build of the plugin that speaks one of them",
  });
});

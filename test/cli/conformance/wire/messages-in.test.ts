import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { messagesIn, prefixed } from "../../../../src/cli/conformance/wire/messages-in.ts";

const text = Buffer.from("message");

test("a body is taken apart into its messages, compressed ones too", () => {
  const body = Buffer.concat([prefixed(text), prefixed(gzipSync(text), true), prefixed(Buffer.alloc(0))]);

  const { messages, hasCompressed, restBytes } = messagesIn(body);

  assert.deepEqual(
    messages.map((message) => Buffer.from(message).toString()),
    ["message", "message", ""],
  );
  assert.deepEqual({ hasCompressed, restBytes }, { hasCompressed: true, restBytes: 0 });
});

test("a message that is not whole is a rest, not a message", () => {
  const whole = prefixed(text);

  for (let length = 0; length < whole.length; length += 1) {
    assert.deepEqual(messagesIn(whole.subarray(0, length)), {
      messages: [],
      hasCompressed: false,
      restBytes: length,
    });
  }
});

test("a message that says that it is compressed, and is not, comes as it is", () => {
  const { messages } = messagesIn(prefixed(text, true));

  assert.deepEqual(messages, [text]);
});

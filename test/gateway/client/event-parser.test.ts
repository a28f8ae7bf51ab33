import assert from "node:assert/strict";
import { test } from "node:test";
import { createEventParser, type StreamEvent } from "../../../src/gateway/client/event-parser.ts";

function parse(...parts: readonly string[]): readonly StreamEvent[] {
  const parser = createEventParser();
  return parts.flatMap((part) => parser.push(part));
}

const message = (data: string): StreamEvent => ({ name: "message", data });

test("events have the lines of their data, without one space, and their name", () => {
  const events = parse(
    ": a comment\n\n",
    'data: {"a":1}\n\n',
    "data:x\ndata:  y\ndata\n\n",
    'event: end\ndata: {"code":1}\n\n',
    "event: named without data\n\n",
    "data: the name before is gone\n\n",
    "id: 7\nunknown: field\nretry: 5\n\n",
    "data: never ended\n",
  );

  assert.deepEqual(events, [
    message('{"a":1}'),
    message("x\n y\n"),
    { name: "end", data: '{"code":1}' },
    message("the name before is gone"),
  ]);
});

test("events are the same wherever their text is cut, with every kind of line end", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = [": ping", "", "data: one", "data: two", "", "event: end", "data: ü", "", ""].join(end);
    // A lone CR at the end may be the first half of CR LF: the line has ended either way.
    for (let at = 0; at <= text.length; at++) {
      assert.deepEqual(parse(text.slice(0, at), text.slice(at)), [
        message("one\ntwo"),
        { name: "end", data: "ü" },
      ]);
    }
  }
});

test("the delay that a server asks for is kept, and one that is no number is not", () => {
  const parser = createEventParser();
  assert.equal(parser.retryMs(), undefined);

  parser.push("retry: 1500\n");
  parser.push("retry: soon\n");

  assert.equal(parser.retryMs(), 1500);
});

import assert from "node:assert/strict";
import {
  decodeFrame,
  type Frame,
  FrameError,
  type FrameErrorCode,
  type FrameFormat,
} from "grafana-plugin-protocol/frames";

/**
 * Resolves with the message of the `FrameError` that decoding ends in, which must have this code, say what was expected
 * and match the place.
 */
export async function refusalOf(
  input: Uint8Array | string,
  code: FrameErrorCode,
  place: RegExp = /./,
): Promise<string> {
  const seen = await outcomeOf(input);
  assert.ok(seen instanceof FrameError, "expected a FrameError, got a frame");
  assert.equal(seen.code, code, seen.message);
  assert.match(seen.message, place);
  return seen.message;
}

/** What decoding ends in, a frame or a `FrameError` that says what was expected; anything else is a failure. */
export async function outcomeOf(input: Uint8Array | string): Promise<Frame | FrameError> {
  const format: FrameFormat = typeof input === "string" ? "json" : "arrow";
  return outcomeIn(typeof input === "string" ? new TextEncoder().encode(input) : input, format);
}

export async function outcomeIn(bytes: Uint8Array, format: FrameFormat): Promise<Frame | FrameError> {
  try {
    return await decodeFrame(bytes, { format });
  } catch (reason) {
    assert.ok(reason instanceof FrameError, `expected a FrameError, got ${describe(reason)}`);
    assert.match(reason.message, /expected/);
    assert.match(reason.code, /^[a-z0-9_]+$/);
    return reason;
  } finally {
    assertPrototypesAreClean();
  }
}

function describe(reason: unknown): string {
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}

/** Nothing that was read may have landed in what all objects share. */
export function assertPrototypesAreClean(): void {
  assert.deepEqual(Object.keys(Object.prototype), []);
  assert.deepEqual(Object.keys(Array.prototype), []);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
}

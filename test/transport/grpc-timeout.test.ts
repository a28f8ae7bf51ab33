import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatTimeout, parseTimeout } from "../../src/transport/grpc-timeout.ts";

test("each unit is read in milliseconds", () => {
  const read = ["1H", "2M", "3S", "4m", "5u", "6n"].map(parseTimeout);

  assert.deepEqual(read, [3_600_000, 120_000, 3000, 4, 0.005, 0.000006]);
});

test("what is no timeout is not read", () => {
  for (const text of ["", "1", "m", "-1m", "1.5S", "123456789m", "1 m", "1x", "1mm"]) {
    assert.equal(parseTimeout(text), undefined, text);
  }
});

test("a timeout that is written has eight digits at most and is never shorter, nor much longer", () => {
  const timeouts = fc.oneof(
    fc.double({ min: 0.001, max: 1e12, noNaN: true }),
    fc.integer({ min: 1, max: 2 ** 40 }),
  );
  fc.assert(
    fc.property(timeouts, (timeoutMs) => {
      const text = formatTimeout(timeoutMs);
      const read = parseTimeout(text);
      assert.ok(read !== undefined, text);
      assert.ok(
        read >= timeoutMs - 1e-9 && read <= timeoutMs + Math.max(1, timeoutMs / 1000),
        `${timeoutMs}: ${text}`,
      );
    }),
  );
});

test("whole milliseconds are written as such, and a time that is over as the shortest", () => {
  assert.deepEqual([1, 1500, 99_999_999].map(formatTimeout), ["1m", "1500m", "99999999m"]);
  assert.deepEqual([0, -5].map(formatTimeout), ["1n", "1n"]);
  assert.equal(formatTimeout(1e30), "99999999H");
});

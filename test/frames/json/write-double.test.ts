import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { writeDouble } from "../../../src/frames/json/write-double.ts";

const runs = { numRuns: 20_000 };

suite("doubles are written as String spells them, or left to it", () => {
  test("any that is finite", () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), check), runs);
  });

  test("of every exponent, bit by bit", () => {
    const parts = [fc.integer({ min: 1000, max: 1080 }), fc.integer({ min: 0, max: 2 ** 20 - 1 }), fc.nat()];
    fc.assert(
      fc.property(
        ...(parts as [fc.Arbitrary<number>, fc.Arbitrary<number>, fc.Arbitrary<number>]),
        (e, u, l) => check(fromWords(e * 2 ** 20 + u, l)),
      ),
      runs,
    );
  });

  test("of few digits", () => {
    const places = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(fc.maxSafeNat(), places, (mantissa, exponent) => check(Number(`${mantissa}e-${exponent}`))),
      runs,
    );
  });

  test("next to powers of ten and of two", () => {
    const bases = [
      ...Array.from({ length: 30 }, (_, i) => Number(`1e${i - 9}`)),
      ...Array.from({ length: 90 }, (_, i) => 2 ** (i - 30)),
    ];
    for (const base of bases) for (let step = -20; step <= 20; step++) check(neighbour(base, step));
  });

  test("halfway between two of fewer digits", () => {
    for (const value of [
      888.2334594726562, 0.5, 0.3, 2.5, 1e-6, 5e-324, 9.5367431640625e-7, 4503599627370495.5,
    ])
      check(value);
    for (let i = 0; i < 5000; i++) check(Math.fround((i * 7919) / 64 + i / 1000));
  });
});

test("it leaves few of the usual numbers to String", () => {
  const values = Array.from({ length: 10_000 }, (_, i) => [Math.sin(i) * 100, (i * 7919) / 1000, i]).flat();

  const left = values.filter((value) => spelled(value) === undefined);

  assert.ok(left.length < 10, `${left.length} of ${values.length}: ${left.slice(0, 10)}`);
});

function check(value: number): void {
  const text = spelled(value);
  if (text !== undefined) assert.equal(text, String(value));
}

function spelled(value: number): string | undefined {
  const bytes = new Uint8Array(40);
  const end = writeDouble(bytes, 3, value);
  return end === -1 ? undefined : new TextDecoder().decode(bytes.subarray(3, end));
}

function fromWords(upper: number, lower: number): number {
  const words = new Uint32Array([lower, upper]);
  return new Float64Array(words.buffer)[0] ?? 0;
}

function neighbour(value: number, step: number): number {
  const double = new Float64Array([value]);
  const bits = new BigInt64Array(double.buffer);
  bits[0] = (bits[0] ?? 0n) + BigInt(step);
  return double[0] ?? 0;
}

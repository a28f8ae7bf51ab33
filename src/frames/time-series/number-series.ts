import { hasBit } from "../bitmap.ts";
import type { AnyField } from "../field.ts";
import type { Labels } from "../field-config.ts";
import { FrameError } from "../frame-error.ts";

type Factor = Extract<AnyField, { kind: "bool" | "string" }>;

/** The series of a long frame, numbered in the order in which they appear. */
interface NumberedSeries {
  /** The number of the series that each row belongs to. */
  readonly seriesOf: Int32Array;
  /** The labels of each series. */
  readonly labels: readonly Labels[];
}

/** A number for each row, the same for the same text, and one row for each number. */
interface Codes {
  readonly codeOf: Int32Array;
  readonly rowOf: readonly number[];
}

/**
 * Numbers the series that fields distinguish: a row belongs to the series of its texts. Null is the empty text
 * in a string field and false in a bool field, as in the Go SDK.
 *
 * @throws FrameError `time_series_invalid` when two of the fields have the same name.
 */
export function numberSeries(factors: readonly Factor[], length: number): NumberedSeries {
  checkNames(factors);
  let codes: Codes = { codeOf: new Int32Array(length), rowOf: [0] };
  for (const factor of factors) codes = combine(codes, codesOf(factor));
  const labels = codes.rowOf.map((row) =>
    Object.fromEntries(factors.map((factor) => [factor.name, textAt(factor, row)])),
  );
  return { seriesOf: codes.codeOf, labels };
}

function checkNames(factors: readonly Factor[]): void {
  const names = new Set<string>();
  for (const { name } of factors) {
    if (names.has(name)) {
      throw new FrameError(
        "time_series_invalid",
        `two string or bool fields are named "${name}", and a series cannot have that label twice: rename one`,
      );
    }
    names.add(name);
  }
}

function codesOf(factor: Factor): Codes {
  return factor.kind === "bool"
    ? code(factor.length, (row) => textAt(factor, row))
    : code(factor.length, (row) => factor.values[row] ?? "");
}

function textAt(factor: Factor, row: number): string {
  if (factor.kind === "string") return factor.get(row) ?? "";
  const { data, validity } = factor.column;
  return String(hasBit(data, row) && (validity === undefined || hasBit(validity, row)));
}

/** Combines two codes into one. There are fewer than 2^26 of each, so a number can hold every pair. */
function combine(a: Codes, b: Codes): Codes {
  if (a.rowOf.length === 1) return b;
  if (b.rowOf.length === 1) return a;
  const base = b.rowOf.length;
  return code(a.codeOf.length, (row) => (a.codeOf[row] as number) * base + (b.codeOf[row] as number));
}

function code<T extends number | string>(length: number, keyOf: (row: number) => T): Codes {
  const codeOf = new Int32Array(length);
  const rowOf: number[] = [];
  const codeByKey = new Map<T, number>();
  for (let row = 0; row < length; row++) {
    const key = keyOf(row);
    let known = codeByKey.get(key);
    if (known === undefined) {
      known = rowOf.length;
      rowOf.push(row);
      codeByKey.set(key, known);
    }
    codeOf[row] = known;
  }
  return { codeOf, rowOf };
}

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { FrameError, parseFrameJson } from "grafana-plugin-protocol/frames";
import { type Description, describeFrame } from "./describe.ts";

interface MemberCase {
  readonly path: string;
  readonly change: string;
  readonly json: string;
  readonly description?: Description;
  readonly error?: string;
}

/** Each member of frame JSON missing, null or of another type, and what the SDK reads: test/golden/frames/README.md. */
const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "golden", "frames", "json-members.json"), "utf8"),
) as readonly MemberCase[];

/** Where we refuse what the SDK takes, and why. */
const stricter: readonly (readonly [path: RegExp, change: RegExp, why: string])[] = [
  [/^\.data\.(entities|nanos)\[\d\]$/, /./, "the SDK skips what is no object or list as if it were null"],
];

/** Where we read what the SDK refuses, and why. */
const wider: readonly (readonly [path: RegExp, change: RegExp, why: string])[] = [
  [/\.typeInfo(\.frame)?$/, /^(null|missing|\{\}|\{"a":null\})$/, "frontends leave it out"],
  [/^\.data\.nanos\[\d\]$/, /^(missing|\[null\])$/, "the SDK panics, or does not take null for 0"],
  [/\.mappings\[0\]\.type$/, /^"x"$/, "a type of a newer SDK"],
  [/\.severity$/, /^("x"|null)$/, "a severity of a newer SDK; null as if it were missing"],
  [/\.steps\[0\]$/, /^\{"a":null\}$/, "a member of a newer SDK"],
  [/\.(decimals|typeVersion\[\d\])$/, /^(-1|1\.5)$/, "a number that only the encoder refuses"],
];

suite("members of frame JSON are read as the Go SDK reads them", () => {
  test("the table has every kind of change", () => {
    assert.ok(cases.length > 1000, `expected more than 1000 cases, got ${cases.length}`);
    for (const change of ["null", "missing", "true", '"x"', "[]", "{}"]) {
      assert.ok(
        cases.some((one) => one.change === change && one.error === undefined),
        change,
      );
    }
  });

  for (const { path, change, json, description, error } of cases) {
    test(`${path}: ${change}`, () => {
      const seen = outcomeOf(json);

      const exception = (seen instanceof FrameError ? stricter : wider).find(
        ([place, what]) => place.test(path) && what.test(change),
      );
      if (seen instanceof FrameError !== (error !== undefined)) {
        assert.ok(exception, seen instanceof FrameError ? seen.message : `the SDK refuses: ${error}`);
      } else if (!(seen instanceof FrameError)) {
        assert.deepEqual(withoutNone(describeFrame(seen)), withoutNone(description));
      }
    });
  }

  for (const [path, , why] of [...stricter, ...wider]) {
    test(`an exception is still one: ${why}`, () => {
      const differing = cases.filter(
        (one) =>
          path.test(one.path) && outcomeOf(one.json) instanceof FrameError !== (one.error !== undefined),
      );
      assert.ok(differing.length > 0);
    });
  }
});

function outcomeOf(json: string): ReturnType<typeof parseFrameJson> | FrameError {
  try {
    return parseFrameJson(json);
  } catch (error) {
    assert.ok(error instanceof FrameError, String(error));
    return error;
  }
}

/** A list without elements and a limit that is null are what is not there, in the SDK's types and in ours. */
function withoutNone(description: Description | undefined): unknown {
  return JSON.parse(JSON.stringify(description), (key, value: unknown) => {
    const isList = ["steps", "text", "color", "icon", "description"].includes(key) && Array.isArray(value);
    if (isList && value.length === 0) return undefined;
    if (["steps", "text", "min", "max", "from", "to"].includes(key) && value === null) return undefined;
    // The SDK keeps the number of a tab that does not exist.
    return key === "inspect" && value === -1 ? undefined : value;
  });
}

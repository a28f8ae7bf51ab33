import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  type Column,
  createField,
  createFrame,
  decodeFrame,
  encodeFrame,
  type Field,
  type FieldKind,
  FrameError,
  formatFrameJson,
  type ValueInput,
} from "grafana-plugin-protocol/frames";

// More than are checked at a time, and no multiple of that.
const rows = 5001;
const last = rows - 1;

type NumberKind = Exclude<FieldKind, "bool" | "json" | "string">;
type Input = ValueInput<NumberKind>;

/** Of each kind the values by row, one that it refuses, and what it says then. */
const cases: Record<NumberKind, { value: (row: number) => Input; bad: unknown; expected: RegExp }> = {
  int8: { value: (row) => (row % 256) - 128, bad: 128, expected: /a whole number from -128 to 127/ },
  int16: { value: (row) => row - 2500, bad: 0.5, expected: /a whole number from -32768 to 32767/ },
  int32: { value: (row) => row * -400_000, bad: 2 ** 31, expected: /a whole number/ },
  int64: {
    value: (row) => (row % 2 === 0 ? row : -(2n ** 63n)),
    bad: 2n ** 63n,
    expected: /a bigint or safe/,
  },
  uint8: { value: (row) => row % 256, bad: -1, expected: /a whole number from 0 to 255/ },
  uint16: { value: (row) => row * 13, bad: "1", expected: /a number/ },
  uint32: { value: (row) => row * 800_000, bad: -1, expected: /a whole number from 0 to 4294967295/ },
  uint64: { value: (row) => 2n ** 64n - 1n - BigInt(row), bad: -1, expected: /a bigint or safe/ },
  float32: { value: (row) => row / 4, bad: "1", expected: /a number/ },
  float64: { value: (row) => Math.sin(row) * 10 ** ((row % 600) - 300), bad: {}, expected: /a number/ },
  time: {
    value: (row) => [new Date(row), row + 0.25, BigInt(row) - 2n ** 62n][row % 3],
    bad: new Date(Number.NaN),
    expected: /a Date, milliseconds or a bigint/,
  },
  enum: { value: (row) => row % 3, bad: 65_536, expected: /a whole number from 0 to 65535/ },
};

const kinds = Object.keys(cases) as NumberKind[];
const listOf = (kind: NumberKind): Input[] =>
  Array.from({ length: rows }, (_, row) => cases[kind].value(row));
const withNulls = (kind: NumberKind): Input[] =>
  listOf(kind).map((value, row) => (row % 7 === 3 ? null : row % 7 === 5 ? undefined : value));

for (const [kind, list] of [
  ["time", [0, 1.5, -86_400_000, 1_767_225_600_123]],
  ["float64", [0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1.1]],
  ["float32", [0, -0, Number.NaN, 1.1]],
] as const) {
  test(`a short list of ${kind} is written as its column, and a later change of it is refused`, async () => {
    const fresh = () => createField("f", kind, [...list]) as Field<"float64">;
    const read = fresh();
    const { column } = read;
    assert.deepEqual({ ...column }, { length: list.length, validity: undefined, data: column.data });
    const written = await encodeFrame(createFrame({ fields: [fresh()] }));
    assert.deepEqual(
      written,
      await encodeFrame(
        createFrame({ fields: [createField("f", kind, column as never) as Field<"float64">] }),
      ),
    );

    const changed: unknown[] = [...list];
    const field = createField("f", kind, changed as never[]) as Field<"float64">;
    changed[1] = "text";
    await assert.rejects(encodeFrame(createFrame({ fields: [field] })), {
      code: "invalid_value",
      message: /row 1/,
    });
  });
}

for (const kind of kinds) {
  for (const [what, make] of [
    ["full", listOf],
    ["with nulls", withNulls],
  ] as const) {
    test(`a long list of ${kind}, ${what}, reads and is written as its column`, async () => {
      const list = make(kind);
      const fresh = () => createField("f", kind, list) as Field<NumberKind>;
      const read = fresh();
      const { length, data, validity } = read.column as Column;
      const column = { length, data, ...(validity === undefined ? {} : { validity }) } as Column<NumberKind>;
      const packed = createField("f", kind, column) as Field<NumberKind>;

      const bytes = await encodeFrame(frameOf(packed));
      assert.deepEqual(await encodeFrame(frameOf(fresh())), bytes);
      assert.deepEqual(await encodeFrame(frameOf(read)), bytes);
      assert.equal(formatFrameJson(frameOf(fresh())), formatFrameJson(frameOf(packed)));
      assert.deepEqual(fresh().values, packed.values);
      assert.equal(fresh().get(last), packed.get(last));
      if (kind === "time") assert.deepEqual(fresh().epochMs(), packed.epochMs());
      assert.deepEqual((await decodeFrame(bytes)).fields[0]?.values, inShortLists(kind, list));
    });
  }

  test(`a value of a long list of ${kind} that does not fit is refused by its row`, () => {
    for (const row of [0, 2047, 2048, last]) {
      const list = listOf(kind).with(row, cases[kind].bad as Input);

      refused(() => createField("f", kind, list), row, cases[kind].expected);
    }
  });
}

/** The values as fields of few rows have them. */
function inShortLists(kind: NumberKind, list: readonly Input[]): unknown[] {
  const starts = Array.from({ length: Math.ceil(rows / 1000) }, (_, i) => 1000 * i);
  return starts.flatMap((start) => [...createField("f", kind, list.slice(start, start + 1000)).values]);
}

test("a null in a long list of a field that has none is refused by its row", () => {
  const list = listOf("float64").with(last, null) as number[];

  const make = () => createField("f", "float64", list, { nullable: false });

  refused(make, last, /a value in a field that is not nullable, got null/);
});

test("a frame that has a field of a long list twice, and a copy of it, keeps each", async () => {
  const field = createField("f", "float64", withNulls("float64") as number[]);
  const frame = createFrame({ fields: [field, field, { ...field, name: "copy" }] });

  const again = await decodeFrame(await encodeFrame(frame));

  for (const { values } of again.fields) assert.deepEqual(values, field.values);
});

/** What packs a list, each in its way. */
const uses: Record<string, (field: Field<NumberKind>) => unknown> = {
  "is written as Arrow": (field) => encodeFrame(frameOf(field)),
  "is written as JSON": (field) => formatFrameJson(frameOf(field)),
  "gives a value": (field) => field.get(0),
  "gives all values": (field) => field.values,
  "gives its column": (field) => field.column.data,
};

suite("of a list that changes after the field is made", () => {
  for (const [use, run] of Object.entries(uses)) {
    test(`what does not fit is an error when the field ${use}`, async () => {
      for (const kind of kinds) {
        for (const bad of [cases[kind].bad, null, undefined]) {
          const list = listOf(kind);
          const field = createField("f", kind, list) as Field<NumberKind>;

          list[last] = bad as Input;

          await assert.rejects(async () => run(field), isInvalid(last, /.*, got /));
        }
      }
    });
  }

  test("a null where a value was says that the list is not copied", () => {
    const list = listOf("float64");
    const field = createField("f", "float64", list as number[]);

    list[1] = null;

    refused(
      () => field.values,
      1,
      /a number as when the field was made, for its list is not copied, got null/,
    );
  });

  test("a time out of range has the code that it has at first", async () => {
    const list = listOf("time");
    const field = createField("f", "time", list);

    list[1] = new Date("3000-01-01");

    await assert.rejects(encodeFrame(frameOf(field)), { code: "time_out_of_range" });
  });

  test("the rows stay as many as they were", async () => {
    const list = listOf("float64") as number[];
    const longer = createField("f", "float64", list);
    const before = [...list];
    list.push(1, 2, 3);

    const again = await decodeFrame(await encodeFrame(frameOf(longer)));
    assert.deepEqual(again.fields[0]?.values, before);
    assert.deepEqual(longer.values, before);

    const shorter = createField("f", "float64", list);
    list.length = 10;
    refused(() => shorter.values, 10, /.*, got undefined/);
    await assert.rejects(encodeFrame(frameOf(shorter)), isInvalid(10, /.*, got undefined/));
  });

  test("a null stays one, whatever takes its place", async () => {
    const list = withNulls("float64") as (number | null)[];
    const field = createField("f", "float64", list);
    const rowOfNull = 3;
    list[rowOfNull] = 1;

    const again = await decodeFrame(await encodeFrame(frameOf(field)));

    assert.equal(again.fields[0]?.get(rowOfNull), null);
    assert.equal(field.get(rowOfNull), null);
    assert.equal(field.nullable, true);
  });

  test("what was read stays", async () => {
    const list = listOf("float64") as number[];
    const field = createField("f", "float64", list);
    const before = [...field.values];

    list.fill(-1);

    assert.deepEqual(field.values, before);
    assert.deepEqual((await decodeFrame(await encodeFrame(frameOf(field)))).fields[0]?.values, before);
  });

  test("what its column was made into is written", async () => {
    const field = createField("f", "float64", listOf("float64") as number[]);

    field.column.data[last] = 42;

    assert.equal((await decodeFrame(await encodeFrame(frameOf(field)))).fields[0]?.get(last), 42);
  });
});

test("a list that answers otherwise each time gives checked values or an error", async () => {
  const answers: unknown[] = [
    1,
    2,
    null,
    "3",
    Number.NaN,
    undefined,
    4n,
    new Date(5),
    Number.POSITIVE_INFINITY,
  ];
  for (const kind of kinds) {
    for (let from = 0; from < answers.length; from++) {
      let asked = 0;
      const list = new Proxy(listOf(kind), {
        get(target, key) {
          if (key !== String(last) || asked++ < from) return Reflect.get(target, key);
          return answers[asked % answers.length];
        },
      });
      try {
        const frame = frameOf(createField("f", kind, list) as Field<NumberKind>);
        const again = await decodeFrame(await encodeFrame(frame));
        assert.equal(again.fields[0]?.values.length, rows);
      } catch (error) {
        assert.ok(error instanceof FrameError, String(error));
        assert.match(error.code, /^(invalid_value|time_out_of_range)$/);
      }
    }
  }
});

test("the column of a list of numbers in a field of texts is refused", async () => {
  const { column } = createField("f", "float64", listOf("float64") as number[]);
  const text = { ...createField("f", "string", ["a"]), length: rows, column } as unknown as Field<"string">;

  await assert.rejects(encodeFrame(createFrame({ fields: [text] })), { code: "unequal_lengths" });
});

function frameOf(field: Field<NumberKind>) {
  // One case for each kind, which are many for the compiler.
  return createFrame({ fields: [field as Field<"float64">] });
}

function refused(run: () => unknown, row: number, message: RegExp): void {
  assert.throws(run, isInvalid(row, message));
}

function isInvalid(row: number, message: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof FrameError, String(error));
    assert.equal(error.code, "invalid_value");
    assert.match(error.message, new RegExp(`^field "f", row ${row}: expected ${message.source}`));
    return true;
  };
}

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Dictionary, Int32, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import { decodeFrame } from "grafana-plugin-protocol/frames";
import { arrowFile, arrowType } from "./arrow-file.ts";
import { refusalOf } from "./refusal.ts";

const numberByName = {
  Null: 1,
  Decimal: 7,
  Date: 8,
  Time: 9,
  Interval: 11,
  List: 12,
  Struct: 13,
  Union: 14,
  FixedSizeBinary: 15,
  FixedSizeList: 16,
  Map: 17,
  Duration: 18,
  LargeBinary: 19,
  LargeList: 21,
  RunEndEncoded: 22,
  BinaryView: 23,
  ListView: 25,
  LargeListView: 26,
};

suite("types that frames do not have are refused with the field's name", () => {
  for (const [name, id] of Object.entries(numberByName)) {
    test(name, async () => {
      const bytes = arrowFile({ fields: [{ name: "ok" }, { name: "odd", type: arrowType.other(id) }] });
      await refusalOf(bytes, "arrow_unsupported", new RegExp(`^field "odd": .*Arrow type ${name}: \\w+`));
    });
  }

  test("types that Arrow does not have", async () => {
    for (const id of [0, 27, 100, 255]) {
      const bytes = arrowFile({ fields: [{ name: "odd", type: arrowType.other(id) }] });
      await refusalOf(bytes, "arrow_unsupported", /^field "odd": .*Arrow type/);
    }
  });

  test("16-bit floats", async () => {
    const bytes = arrowFile({ fields: [{ name: "odd", type: arrowType.float(0) }] });
    await refusalOf(bytes, "arrow_unsupported", /^field "odd": .*16-bit floats: cast to float32/);
  });

  test("integers of other widths", async () => {
    for (const bits of [0, 1, 7, 24, 128, -8, 2 ** 31 - 1]) {
      const bytes = arrowFile({ fields: [{ name: "odd", type: arrowType.int(bits) }] });
      await refusalOf(bytes, "arrow_unsupported", new RegExp(`^field "odd": .*got int${bits}: cast`));
    }
  });

  test("times of a unit that Arrow does not have", async () => {
    for (const unit of [4, 5, -1, 32_767]) {
      const bytes = arrowFile({ fields: [{ name: "odd", type: arrowType.timestamp(unit) }] });
      await refusalOf(bytes, "arrow_unsupported", new RegExp(`^field "odd": .*got time unit ${unit}: cast`));
    }
  });

  test("a field without the table of its type", async () => {
    const bytes = arrowFile({
      fields: { tables: [{ table: [{ text: "odd" }, undefined, { bits: 8, value: 2n }] }] },
    });
    await refusalOf(bytes, "arrow_unsupported", /^field "odd": .*got uint0/);
  });
});

suite("dictionaries are refused", () => {
  test("dictionaries, as apache-arrow makes of plain texts", async () => {
    const table = new Table({ text: vectorFromArray(["a", "b"], new Dictionary(new Utf8(), new Int32())) });

    await refusalOf(tableToIPC(table, "file"), "arrow_unsupported", /^field "text": .*dictionary_decode\(\)/);
  });

  test("a field that says it has a dictionary", async () => {
    const bytes = arrowFile({ fields: [{ name: "coded", hasDictionary: true }] });

    await refusalOf(
      bytes,
      "arrow_unsupported",
      /^field "coded": .*got a dictionary: .*dictionary_decode\(\)/,
    );
  });

  test("a footer that lists dictionaries", async () => {
    await refusalOf(arrowFile({ dictionaries: 1 }), "arrow_unsupported", /plain values, got dictionaries/);
  });
});

test("an unknown tstype changes nothing, and enum only 16-bit integers without a sign", async () => {
  const enumOf = (bits: number, isSigned: boolean): Uint8Array =>
    arrowFile({ fields: [{ type: arrowType.int(bits, isSigned), metadata: [["tstype", "enum"]] }] });

  assert.equal((await decodeFrame(enumOf(16, false))).fields[0]?.kind, "enum");
  assert.equal((await decodeFrame(enumOf(16, true))).fields[0]?.kind, "int16");
  assert.equal((await decodeFrame(enumOf(32, false))).fields[0]?.kind, "uint32");
  const odd = arrowFile({ fields: [{ type: arrowType.utf8(), metadata: [["tstype", "time"]] }] });
  assert.equal((await decodeFrame(odd)).fields[0]?.kind, "string");
});

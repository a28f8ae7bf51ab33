import assert from "node:assert/strict";

/** What a slot of a table holds: bytes of a scalar, a text, a table, a list of tables, or a list of structs of 8-byte parts. */
type Slot =
  | number
  | "text"
  | "type"
  | { readonly table: Shape }
  | { readonly tables: Shape }
  | { readonly structs: number };
type Shape = readonly (Slot | undefined)[];

const entry: Shape = ["text", "text"];
/** By the number of the type, which is in the slot before it: Int, FloatingPoint and Timestamp; the others have no slots. */
const types: Readonly<Record<number, Shape>> = { 2: [4, 1], 3: [2], 10: [2, "text"] };
const field: Shape = ["text", 1, 1, "type", undefined, { tables: [] }, { tables: entry }];
const schema: Shape = [2, { tables: field }, { tables: entry }];
const batch: Shape = [8, { structs: 16 }, { structs: 16 }];

export const messageShapes = {
  footer: [2, { table: schema }, { structs: 24 }, { structs: 24 }],
  schema: [2, 1, { table: schema }, 8],
  batch: [2, 1, { table: batch }, 8],
} satisfies Readonly<Record<string, Shape>>;

/**
 * Checks a flatbuffer by the rules of the strictest readers known: what the verifiers of flatbuffers for C++ and Rust
 * check, and that no vtable lies in front of the table or list that refers to its table, for planus reads forward only.
 */
export function checkFlatbuffer(bytes: Uint8Array, root: Shape): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const covered = (place: number, size: number, what: string): void =>
    assert.ok(place >= 0 && place + size <= bytes.length, `${what} at ${place} lies in the flatbuffer`);
  const aligned = (place: number, size: number, what: string): void =>
    assert.equal(place % size, 0, `${what} at ${place} is aligned to ${size}`);
  const follow = (place: number): number => {
    aligned(place, 4, "a reference");
    const distance = view.getUint32(place, true);
    assert.ok(distance > 0, `the reference at ${place} points forward`);
    return place + distance;
  };

  const checkTable = (place: number, reachableFrom: number, shape: Shape): void => {
    aligned(place, 4, "a table");
    covered(place, 4, "a table");
    const vtable = place - view.getInt32(place, true);
    assert.ok(
      vtable >= reachableFrom,
      `the vtable at ${vtable} of the table at ${place} is not before ${reachableFrom}`,
    );
    aligned(vtable, 2, "a vtable");
    covered(vtable, 4, "a vtable");
    const vtableBytes = view.getUint16(vtable, true);
    assert.ok(vtableBytes >= 4 && vtableBytes % 2 === 0, `the vtable at ${vtable} has whole slots`);
    covered(vtable, vtableBytes, "a vtable");
    const tableBytes = view.getUint16(vtable + 2, true);
    covered(place, tableBytes, "a table");
    for (let i = 0; i < (vtableBytes - 4) / 2; i++) {
      const offset = view.getUint16(vtable + 4 + 2 * i, true);
      if (offset === 0) continue;
      const slot = shape[i];
      assert.ok(slot !== undefined, `slot ${i} of the table at ${place} is one that is written`);
      const size = typeof slot === "number" ? slot : 4;
      assert.ok(offset >= 4 && offset + size <= tableBytes, `slot ${i} lies in its table at ${place}`);
      aligned(place + offset, size, `slot ${i}`);
      if (typeof slot === "number") continue;
      if (slot !== "type") checkSlot(follow(place + offset), place, slot);
      else {
        const typeId = view.getUint8(place + view.getUint16(vtable + 4 + 2 * (i - 1), true));
        checkTable(follow(place + offset), place, types[typeId] ?? []);
      }
    }
  };
  const checkSlot = (place: number, table: number, slot: Exclude<Slot, number | "type">): void => {
    if (slot === "text") checkText(place);
    else if ("table" in slot) checkTable(place, table, slot.table);
    else checkList(place, slot);
  };
  const checkList = (
    place: number,
    slot: { readonly tables: Shape } | { readonly structs: number },
  ): void => {
    aligned(place, 4, "a list");
    const count = view.getUint32(place, true);
    covered(place, 4 + count * ("structs" in slot ? slot.structs : 4), "a list");
    if ("structs" in slot) aligned(place + 4, 8, "the structs of a list");
    else for (let i = 0; i < count; i++) checkTable(follow(place + 4 + 4 * i), place + 4, slot.tables);
  };
  const checkText = (place: number): void => {
    aligned(place, 4, "a text");
    const length = view.getUint32(place, true);
    covered(place, 4 + length + 1, "a text and its 0");
    assert.equal(bytes[place + 4 + length], 0, `the text at ${place} ends with 0`);
  };

  checkTable(follow(0), 0, root);
}

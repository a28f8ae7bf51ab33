import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { wireTypeOf } from "../wire-type.ts";
import { type Compiler, compileEmbedded, type FieldDecoder } from "./embedded-message.ts";
import { heapCost, scalarCost } from "./heap-cost.ts";
import { isRemembered } from "./is-remembered.ts";
import { charge, enter, pause, readTag, skipValue, stopOf, type WireReader } from "./wire-reader.ts";
import { heldMap, type Message, zeroOfScalar } from "./zero-message.ts";

/** Reads a value of a map; `existing` is an earlier value in the same entry. */
type ValueReader = (reader: WireReader, existing: unknown) => unknown;

/** The decoder of a map: each entry is a message of key (1) and value (2), either of which may be missing. */
export function compileMapField(
  field: DescField & { readonly fieldKind: "map" },
  compiler: Compiler,
): FieldDecoder {
  const name = field.localName;
  const isKnown = field.mapKey === ScalarType.STRING && isRemembered(field);
  const readKey = isKnown ? compiler.texts.readKnown : compiler.scalars[field.mapKey];
  const keyTag = 8 + wireTypeOf(field.mapKey);
  const keyZero = zeroOfScalar(field.mapKey, false);
  const { readValue, wireType, zero } = mapValue(field, compiler);
  const valueTag = 16 + wireType;
  const entryBytes = heapCost.mapEntry + (field.mapKind === "scalar" ? scalarCost(field.scalar) : 0);

  /** Reads an entry, or what is left of it. */
  const readEntry = (reader: WireReader, map: Message, keyBefore: unknown, valueBefore: unknown): void => {
    let key = keyBefore;
    let value = valueBefore;
    const { end } = reader;
    const stop = stopOf(reader);
    while (reader.position < stop) {
      const tag = readTag(reader);
      if (tag === keyTag) key = readKey(reader);
      else if (tag === valueTag) value = readValue(reader, value);
      else skipValue(reader, tag);
    }
    if (reader.position < end) pauseEntry(reader, end, map, key, value);
    else setOwn(map, String(key), value ?? zero());
  };
  /** A separate function, as `pauseLoop`. */
  const pauseEntry = (reader: WireReader, end: number, map: Message, key: unknown, value: unknown): void =>
    pause(reader, end, (same) => readEntry(same, map, key, value));
  return (reader, message) => {
    charge(reader, entryBytes);
    const outerEnd = enter(reader);
    readEntry(reader, heldMap(message, name), keyZero, undefined);
    reader.end = outerEnd;
  };
}

function mapValue(
  field: DescField & { readonly fieldKind: "map" },
  compiler: Compiler,
): { readonly readValue: ValueReader; readonly wireType: number; readonly zero: () => unknown } {
  switch (field.mapKind) {
    case "message": {
      const { message } = field;
      const read = compileEmbedded(message, compiler);
      return {
        // An earlier value in the same entry was read here.
        readValue: (reader, existing) => read(reader, existing as Message | undefined),
        wireType: WireType.LengthDelimited,
        zero: () => compiler.decoderOf(message).create(),
      };
    }
    case "enum": {
      const first = field.enum.values[0]?.number;
      return { readValue: compiler.scalars[ScalarType.INT32], wireType: WireType.Varint, zero: () => first };
    }
    case "scalar": {
      const { scalar } = field;
      return {
        readValue: compiler.scalars[scalar],
        wireType: wireTypeOf(scalar),
        zero: () => zeroOfScalar(scalar, false),
      };
    }
  }
}

/** A key may be "__proto__", for which an assignment would set the prototype. */
function setOwn(map: Message, key: string, value: unknown): void {
  if (key !== "__proto__") map[key] = value;
  else Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
}

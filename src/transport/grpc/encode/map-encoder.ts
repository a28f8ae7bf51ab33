import { type DescField, ScalarType } from "@bufbuild/protobuf";
import {
  compileMessageValue,
  compileScalarValue,
  type Encoders,
  isFields,
  type MessageEncoder,
  withLength,
} from "./value-encoder.ts";

/** The encoder of a map: each entry is a message of key (1) and value (2), both always present. */
export function compileMapField(
  field: DescField & { readonly fieldKind: "map" },
  encoders: Encoders,
): MessageEncoder {
  const name = field.localName;
  const writeKey = compileScalarValue(field, 1, field.mapKey);
  const toKey = field.mapKey === ScalarType.BOOL ? (key: string) => key === "true" : (key: string) => key;
  const writeValue =
    field.mapKind === "message"
      ? compileMessageValue(field, 2, field.message, encoders)
      : compileScalarValue(field, 2, field.mapKind === "enum" ? ScalarType.INT32 : field.scalar);
  // The key of the entry being written. It is read before the value, which may contain such a map.
  let key: unknown;
  const writeEntry = withLength(field.number, (writer, value) => {
    writeKey(writer, key);
    writeValue(writer, value);
  });
  return (writer, message) => {
    const map = message[name];
    if (!isFields(map)) return;
    try {
      for (const own of Object.keys(map)) {
        key = toKey(own);
        writeEntry(writer, map[own]);
      }
    } finally {
      // The name of a header or setting must not stay in memory.
      key = undefined;
    }
  };
}

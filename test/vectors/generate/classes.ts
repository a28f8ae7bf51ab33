/** The classes of vectors, in the order of the table, and what each is for. */
export const classes = {
  absent: "every other field is set, and this one is not: it stays absent",
  default: "the default value is written out: without presence it is dropped, with presence it is kept",
  least: "the least value of the type, or the shortest text or bytes that are not empty",
  greatest: "the greatest value of the type; all planes of Unicode; all 256 bytes; 40 items or entries",
  empty: "a field of length 0, an entry without key and value; in ProtoJSON null",
  split: "one value in two occurrences, with another field between: messages are merged, scalars replaced",
  repeated: "more occurrences than one where one is expected; a map key twice; in ProtoJSON a member twice",
  unknown:
    "fields that this contract does not have, beside the field and inside it: kept in binary, refused in ProtoJSON",
  names: "ProtoJSON names: the proto name beside the JSON name, and names in another case",
  hostile:
    "another wire type, more bits than the type has, another JSON type, a number out of range, a tag that does not exist",
  full: "a message with all of its fields, typical values; twice in a row; nothing at all",
  order: "the fields in descending order; ProtoJSON with other white space and order",
  "many-entries": "a map with 300 entries",
  "odd-keys": "map keys that are names of the language, numbers, empty, or differ in case only",
  "proto-key": "the map key __proto__",
  deep: "groups in groups: 90 are read, 20 000 are refused; in ProtoJSON lists in lists",
  large: "300 000 bytes in one field; 1 200 000 in one message of each package",
  "unknown-enum": "a number that the enum does not have: kept",
  "invalid-utf8": "text that is not UTF-8: refused",
  "negative-zero": "-0.0 is not the default: kept",
  nan: "NaN, with a sign, a payload, or signalling: the bits are kept",
  groups: "groups, which no contract has: kept as unknown, refused when they do not match",
  truncated: "an input that ends too early, or a length beyond its end: refused",
  overlong: "numbers in more bytes than they need: read; in more than 10: refused",
} as const;

/** One class of vectors. */
export type ClassName = keyof typeof classes;

import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";

/**
 * Whether two ProtoJSON texts say the same: order of members, white space and the form of a number do not count, the sign
 * of a zero does. A `float` is compared as one, because printers give it different numbers of digits.
 */
export function isSameJson(desc: DescMessage, a: string, b: string): boolean {
  try {
    return isSameMessage(desc, JSON.parse(a), JSON.parse(b));
  } catch {
    return false;
  }
}

function isSameMessage(desc: DescMessage, a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const field = desc.fields.find(({ jsonName }) => jsonName === name);
      return field !== undefined && Object.hasOwn(b, name) && isSameField(field, a[name], b[name]);
    })
  );
}

function isSameField(field: DescField, a: unknown, b: unknown): boolean {
  if (field.fieldKind === "list") {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => isSameValue(field, item, b[index]));
  }
  if (field.fieldKind !== "map") return isSameValue(field, a, b);
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSameValue(field, a[key], b[key]))
  );
}

function isSameValue(field: DescField, a: unknown, b: unknown): boolean {
  if (field.message !== undefined) return isSameMessage(field.message, a, b);
  if (field.scalar === ScalarType.FLOAT && typeof a === "number" && typeof b === "number") {
    return Object.is(Math.fround(a), Math.fround(b));
  }
  return Object.is(a, b);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

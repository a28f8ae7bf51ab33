import { describeJson } from "../describe-json.ts";
import { FrameError, type FrameErrorCode } from "../frame-error.ts";

/**
 * The JSON type at a place of the metadata, and the Go SDK's meaning of null there: an optional member is absent, an
 * element of a list is the zero of its type.
 */
export interface Shape {
  /** The meaning of null in a list, or for a required member; `undefined` if null is refused. */
  readonly zero: unknown;
  /** Whether a null member stays null. */
  readonly keepsNull?: boolean;
  /** Of a scalar: whether the value, which is not null, is of its type. */
  readonly is?: (value: unknown) => boolean;
  /**
   * @throws Mismatch if the value, which is not null, has another type.
   */
  readonly read: (value: unknown, path: string) => unknown;
}

/** Thrown within this file only. */
class Mismatch {
  readonly path: string;
  readonly expected: string;
  readonly value: unknown;

  constructor(path: string, expected: string, value: unknown) {
    this.path = path;
    this.expected = expected;
    this.value = value;
  }
}

/**
 * Reads the value of a place by its shape.
 *
 * @param what names the place in errors
 * @throws FrameError with this code for a value of another type, or one that is nested deeper than the stack allows.
 */
export function readShape(code: FrameErrorCode, what: string, shape: Shape, value: unknown): unknown {
  try {
    return shape.read(value, "");
  } catch (cause) {
    if (cause instanceof Mismatch) {
      const place = cause.path === "" ? "" : ` at ${cause.path.replace(/^\./, "")}`;
      throw new FrameError(
        code,
        `${what}: expected ${cause.expected}${place}, got ${describeJson(cause.value)}`,
      );
    }
    if (!(cause instanceof RangeError)) throw cause;
    throw new FrameError(code, `${what}: expected JSON that is nested less deeply`, { cause });
  }
}

export const text: Shape = scalar("a string", "", (value) => typeof value === "string");
export const flag: Shape = scalar("true or false", false, (value) => typeof value === "boolean");
export const number: Shape = scalar("a number", 0, (value) => typeof value === "number");
export const whole: Shape = scalar("a whole number", 0, Number.isInteger);

/** Any JSON value. */
export const any: Shape = {
  zero: null,
  read(value) {
    checkDepth(value);
    return value;
  },
};

export function list(element: Shape): Shape {
  return {
    zero: [],
    read(value, path) {
      if (!Array.isArray(value)) throw new Mismatch(path, "a list", value);
      return value.map((item, i) => readOrZero(element, item, path, i));
    },
  };
}

/** An object with any keys. */
export function map(element: Shape): Shape {
  return {
    zero: {},
    read(value, path) {
      checkObject(value, path);
      let isAsRead = true;
      const entries: [string, unknown][] = [];
      for (const key of Object.keys(value)) {
        const item = value[key];
        const read = readOrZero(element, item, path, key);
        isAsRead &&= read === item;
        entries.push([key, read]);
      }
      // The value was parsed for this reader, so nobody else changes it.
      return isAsRead ? value : Object.fromEntries(entries);
    },
  };
}

/**
 * An object with known keys. Unknown keys stay as they are, unless they are null.
 *
 * @param always the members that get their zero if they are absent
 * @param required the members that must be present
 */
export function struct(
  members: Readonly<Record<string, Shape>>,
  always: readonly string[] = [],
  required: readonly string[] = [],
): Shape {
  const read = (value: unknown, path: string): unknown => {
    const entries: [string, unknown][] = [];
    for (const [key, item] of entriesOf(value, path)) {
      const shape = Object.hasOwn(members, key) ? (members[key] as Shape) : any;
      if (item !== null) entries.push([key, shape.read(item, `${path}.${key}`)]);
      else if (shape.keepsNull) entries.push([key, null]);
    }
    const isAbsent = (name: string): boolean => !entries.some(([key]) => key === name);
    const missing = required.find(isAbsent);
    if (missing !== undefined) throw new Mismatch(`${path}.${missing}`, "a value", undefined);
    for (const name of always) if (isAbsent(name)) entries.push([name, members[name]?.zero]);
    return Object.fromEntries(entries);
  };
  return {
    get zero() {
      return read({}, "");
    },
    read,
  };
}

/** An object whose shape depends on its members. It cannot be null. */
export function variant(choose: (members: Readonly<Record<string, unknown>>) => Shape): Shape {
  return {
    zero: undefined,
    read: (value, path) => choose(Object.fromEntries(entriesOf(value, path))).read(value, path),
  };
}

export function scalar(expected: string, zero: unknown, is: (value: unknown) => boolean): Shape {
  return {
    zero,
    is,
    read(value, path) {
      if (!is(value)) throw new Mismatch(path, expected, value);
      return value;
    },
  };
}

/** The path is put together only where it is needed: for values that are read further, and in errors. */
function readOrZero(shape: Shape, value: unknown, path: string, key: string | number): unknown {
  if (value === null && shape.zero !== undefined) return shape.zero;
  if (shape.is?.(value)) return value;
  return shape.read(value, typeof key === "number" ? `${path}[${key}]` : `${path}.${key}`);
}

function entriesOf(value: unknown, path: string): [string, unknown][] {
  checkObject(value, path);
  return Object.entries(value);
}

function checkObject(value: unknown, path: string): asserts value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Mismatch(path, "an object", value);
  }
}

/** Throws the stack's RangeError if the value is nested too deeply for the functions that will walk it. */
function checkDepth(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const item of Object.values(value)) checkDepth(item);
}

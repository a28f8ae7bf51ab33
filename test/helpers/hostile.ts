import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Random } from "../fuzz/random.ts";

const pieces = [
  ..." \t\n\r\0%a0\u007f\u0001\u00e9\u2028\ufeff\ufffd",
  "\u{1f600}",
  "\ud800",
  "\udc00",
  "%20",
  "%",
  "cannot connect: ",
];

/** A text of any kind: spaces at its ends, control characters, half characters, very long, none at all. */
export function hostileText(random: Random): string {
  if (random.oneIn(10)) return "";
  if (random.oneIn(50)) return random.pick(pieces).repeat(random.pick([5000, 200_000]));
  return Array.from({ length: 1 + random.below(8) }, () => random.pick(pieces)).join("");
}

/** Throws at each touch. */
function trap(target: object): object {
  const refuse = (): never => {
    throw new RangeError("touched");
  };
  const traps = ["get", "has", "getPrototypeOf", "ownKeys", "getOwnPropertyDescriptor", "set"] as const;
  return new Proxy(target, Object.fromEntries(traps.map((name) => [name, refuse])));
}

function withGetters<T extends object>(target: T, ...names: string[]): T {
  for (const name of names) {
    Object.defineProperty(target, name, {
      get: () => {
        throw new RangeError(`read ${name}`);
      },
    });
  }
  return target;
}

const cycle: { self?: unknown } = {};
cycle.self = cycle;

/** Values of every shape. */
export const shapes: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => 0,
  () => Number.NaN,
  () => -1,
  () => 1e300,
  () => 2n ** 200n,
  () => true,
  () => " text ",
  () => "\ud800",
  () => Symbol("symbol"),
  () => () => "function",
  () => [],
  () => [null, undefined],
  () => ({}),
  () => cycle,
  () => new Date(Number.NaN),
  () => new Uint8Array(3),
  () => Object.create(null),
  () => trap({}),
  () => trap(new Error("trapped")),
  () => trap(() => {}),
  () => withGetters({}, "message", "toString", "then"),
  () => ({ toString: () => Symbol("no text") }),
  () => ({ message: " of an object " }),
  // biome-ignore lint/suspicious/noThenProperty: the point
  () => ({ then: "not a function" }),
];

const errorParts = ["message", "name", "stack", "cause", "code", "rawMessage", "details", "metadata"];

/** A thing that a handler may throw. */
export function hostileThrown(random: Random): unknown {
  switch (random.below(6)) {
    case 0:
      return random.pick(shapes)();
    case 1:
      return new Error(hostileText(random));
    case 2:
      return replaced(new Error("plain"), random);
    case 3:
      return replaced(new ConnectError("connect", Code.Aborted), random);
    case 4:
      return withGetters(new ConnectError("connect", Code.Aborted), random.pick(errorParts));
    default:
      return hostileConnectError(random);
  }
}

/** The error with a part of the wrong kind. */
function replaced(error: Error, random: Random): Error {
  return Object.defineProperty(error, random.pick(errorParts), { value: random.pick(shapes)() });
}

function hostileConnectError(random: Random): ConnectError {
  const code = random.pick<number>([Code.NotFound, Code.Internal, 0, 17, -1, 2.5, Number.NaN]);
  const error = new ConnectError(hostileText(random), code);
  if (random.oneIn(2))
    error.details = Array.from({ length: random.below(4) }, () => hostileDetail(random)) as never;
  if (random.oneIn(2)) setMetadata(error.metadata, random);
  error.isWireError = random.oneIn(8);
  return error;
}

function hostileDetail(random: Random): unknown {
  return random.pick<() => unknown>([
    () => ({ desc: StringValueSchema, value: { value: hostileText(random) } }),
    () => ({ desc: StringValueSchema, value: { value: random.pick(shapes)() } }),
    () => ({ desc: random.pick(shapes)(), value: {} }),
    () => ({ type: "google.protobuf.StringValue", value: random.pick(shapes)() }),
    () => ({ type: random.pick(shapes)(), value: new Uint8Array(2) }),
    () => ({ type: "large", value: new Uint8Array(random.pick([1000, 300_000, 3_000_000])) }),
    random.pick(shapes),
  ])();
}

const names = [
  "x-a",
  "x-b-bin",
  "grpc-status",
  "grpc-message",
  "content-type",
  "te",
  "connection",
  "X-Upper",
  "x!odd",
];
const badNames = ["", "a b", "x\n", "\u00e9", ":path"];

/** Sets metadata of which some cannot be sent. Never throws: what `Headers` refuses is left out. */
export function setMetadata(headers: Headers, random: Random): void {
  for (let count = random.below(4); count >= 0; count--) {
    try {
      headers.append(random.pick(names), hostileText(random));
    } catch {
      // `Headers` itself refuses it.
    }
  }
  if (random.oneIn(20)) headers.append("x-large", "x".repeat(random.pick([100_000, 1_500_000])));
  if (random.oneIn(30)) withGetters(headers, Symbol.iterator as never);
}

/** What a caller may give as headers, of which some no transport can send. */
export function hostileHeaders(random: Random): HeadersInit {
  if (random.oneIn(4)) {
    const headers = new Headers();
    setMetadata(headers, random);
    return headers;
  }
  if (random.oneIn(8)) return random.pick(shapes.slice(0, 20))() as HeadersInit;
  return {
    [random.pick([...names, ...badNames])]: random.oneIn(6) ? (undefined as never) : hostileText(random),
  };
}

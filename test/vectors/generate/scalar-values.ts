import { type DescEnum, ScalarType } from "@bufbuild/protobuf";
import type { Random } from "./random.ts";
import { concat, double, float, hex, lengthPrefixed, utf8, varint, wire } from "./wire.ts";

/** A value in both forms. */
export interface Value {
  /** The bytes after the tag. */
  readonly bytes: Uint8Array;
  /** The text in ProtoJSON. */
  readonly json: string;
}

/** Values of one scalar or enum type. */
export interface ValueKind {
  readonly wireType: number;
  readonly zero: Value;
  readonly least: Value;
  readonly greatest: Value;
  /** Two values that are neither zero nor each other. */
  readonly typical: (random: Random) => Value;
  /** Valid bytes that are no canonical form of a value, by name: libraries have to agree on what they mean. */
  readonly oddBytes: Readonly<Record<string, Uint8Array>>;
  /** Valid and invalid texts that are not the printer's form, by name. */
  readonly oddJson: Readonly<Record<string, string>>;
}

const int64Max = 2n ** 63n - 1n;
const int64Min = -(2n ** 63n);
const words = ["A", "weather", "north-east", "2026-11-30T00:00:00Z", "åäö", "温度", "a/b?c=d&e", '{"x":1}'];
const overlong = hex("ffffffffffffffffff7f");

/** The kind of a scalar type. */
export function scalarKind(type: ScalarType): ValueKind {
  switch (type) {
    case ScalarType.STRING:
      return textKind();
    case ScalarType.BYTES:
      return bytesKind();
    case ScalarType.BOOL:
      return boolKind();
    case ScalarType.DOUBLE:
      return floatingKind(double, wire.fixed64, Number.MAX_VALUE, "1.7976931348623157e308");
    case ScalarType.FLOAT:
      return floatingKind(float, wire.fixed32, 3.4028234663852886e38, "3.4028234663852886e38");
    case ScalarType.INT32:
      return integerKind(-(2n ** 31n), 2n ** 31n - 1n, false);
    case ScalarType.UINT32:
      return integerKind(1n, 2n ** 32n - 1n, false);
    case ScalarType.INT64:
      return integerKind(int64Min, int64Max, true);
    default:
      // The contracts have no other types yet; one that comes needs its values here.
      throw new Error(
        `no values for the scalar type ${ScalarType[type]}: add them to ${import.meta.filename}`,
      );
  }
}

/** The kind of an enum: its values by name, unknown ones as numbers. */
export function enumKind(desc: DescEnum): ValueKind {
  const others = desc.values.filter((value) => value.number !== 0).sort((a, b) => a.number - b.number);
  const zeroValue = desc.values.find((value) => value.number === 0);
  const toValue = (value: { readonly number: number; readonly name: string } | undefined): Value => ({
    bytes: varint(value?.number ?? 0),
    json: JSON.stringify(value?.name ?? ""),
  });
  return {
    wireType: wire.varint,
    zero: toValue(zeroValue),
    least: toValue(others[0]),
    greatest: toValue(others.at(-1)),
    typical: (random) => toValue(others[random.below(others.length)]),
    oddBytes: { "64-bits": varint(2n ** 32n + BigInt(others[0]?.number ?? 1)), "10-bytes": overlong },
    oddJson: {
      number: String(others[0]?.number ?? 1),
      "number-as-text": `"${others[0]?.number ?? 1}"`,
      "no-such-name": '"NO_SUCH_VALUE"',
      "lower-case": JSON.stringify((others[0]?.name ?? "").toLowerCase()),
      fraction: "1.5",
      bool: "true",
    },
  };
}

function integerKind(min: bigint, max: bigint, is64: boolean): ValueKind {
  const toJson = (value: bigint): string => (is64 ? `"${value}"` : String(value));
  const toValue = (value: bigint): Value => ({ bytes: varint(value), json: toJson(value) });
  const isSigned = min < 0n;
  return {
    wireType: wire.varint,
    zero: toValue(0n),
    least: toValue(min),
    greatest: toValue(max),
    typical: (random) => toValue(BigInt(random.below(1_000_000) + 2)),
    oddBytes: {
      // More than 32 bits: the lower ones count.
      "64-bits": varint(2n ** 40n + 7n),
      "5-bytes-negative": hex("ffffffff0f"),
      "10-bytes": overlong,
    },
    oddJson: {
      "other-form": is64 ? "42" : '"42"',
      exponent: "1e2",
      "whole-fraction": "7.0",
      fraction: "1.5",
      "too-great": toJson(max + 1n),
      "too-small": isSigned ? toJson(min - 1n) : "-1",
      "empty-text": '""',
      "with-space": '" 1"',
      hexadecimal: '"0x10"',
      "leading-zero": "01",
      bool: "true",
    },
  };
}

function floatingKind(
  write: (value: number) => Uint8Array,
  wireType: number,
  max: number,
  maxJson: string,
): ValueKind {
  return {
    wireType,
    zero: { bytes: write(0), json: "0" },
    least: { bytes: write(-max), json: `-${maxJson}` },
    greatest: { bytes: write(max), json: maxJson },
    typical: (random) => {
      // A quarter is exact in both widths.
      const value = random.below(4000) / 4 + 0.25;
      return { bytes: write(value), json: String(value) };
    },
    oddBytes: {
      subnormal: write(wireType === wire.fixed32 ? 1e-45 : 5e-324),
      infinite: write(Number.POSITIVE_INFINITY),
      "minus-infinite": write(Number.NEGATIVE_INFINITY),
    },
    oddJson: {
      infinite: '"Infinity"',
      "minus-infinite": '"-Infinity"',
      text: '"1.25"',
      exponent: "1.25E+2",
      "greatest-in-few-digits": wireType === wire.fixed32 ? "3.4028235e38" : "1.7976931348623157e+308",
      "too-great": wireType === wire.fixed32 ? "1e39" : "1e309",
      "bare-infinity": "Infinity",
      "empty-text": '""',
      bool: "true",
    },
  };
}

function boolKind(): ValueKind {
  const yes = { bytes: varint(1), json: "true" };
  return {
    wireType: wire.varint,
    zero: { bytes: varint(0), json: "false" },
    least: yes,
    greatest: yes,
    typical: () => yes,
    oddBytes: { two: varint(2), "64-bits": varint(2n ** 40n), "10-bytes": overlong },
    oddJson: { text: '"true"', number: "1", "upper-case": "True" },
  };
}

function textKind(): ValueKind {
  const toValue = (text: string): Value => ({
    bytes: lengthPrefixed(utf8(text)),
    json: JSON.stringify(text),
  });
  return {
    wireType: wire.length,
    zero: toValue(""),
    least: toValue("\u0000"),
    greatest: toValue('\u{10ffff}\uffff\u{1f326}\ufeff\u2028\\"/\u007f\u0001'),
    typical: (random) => toValue(`${words[random.below(words.length)]}-${random.below(1000)}`),
    oddBytes: { "byte-order-mark": lengthPrefixed(utf8("\ufeffa")) },
    oddJson: {
      escapes: '"\\u0041\\ud83c\\udf26\\/\\b\\f\\n\\r\\t"',
      number: "1",
      bool: "true",
      object: "{}",
      "control-character": '"a\u0001b"',
      "bad-escape": '"\\x41"',
    },
  };
}

function bytesKind(): ValueKind {
  const toValue = (bytes: Uint8Array): Value => ({
    bytes: lengthPrefixed(bytes),
    json: `"${Buffer.from(bytes).toString("base64")}"`,
  });
  return {
    wireType: wire.length,
    zero: toValue(new Uint8Array()),
    least: toValue(Uint8Array.of(0)),
    greatest: toValue(Uint8Array.from({ length: 256 }, (_, index) => index)),
    typical: (random) => toValue(Uint8Array.from({ length: 1 + random.below(7) }, () => random.below(256))),
    oddBytes: { "not-utf8": concat(varint(4), hex("fffe80c0")) },
    oddJson: {
      "url-alphabet": '"-_-_"',
      unpadded: '"QQ"',
      "bad-alphabet": '"*"',
      "one-character": '"Q"',
      number: "1",
      list: "[1]",
    },
  };
}

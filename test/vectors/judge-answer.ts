import type { DescMessage } from "@bufbuild/protobuf";
import { canonicalBytes } from "./canonical.ts";
import { isSameJson } from "./compare-json.ts";
import type { Answer, Form, JudgedVector } from "./vector.ts";

/** How an answer differs from the expected one. */
export type Deviation =
  /** A valid input was refused. */
  | "refused"
  /** An input that must be refused was read. */
  | "accepted"
  /** The binary encoding is another message. */
  | "binary"
  /** The binary encoding is right, and the ProtoJSON is not. */
  | "json";

/** Compares an answer with what is expected; undefined when they agree. */
export function judgeAnswer(
  desc: DescMessage,
  { form, expected }: JudgedVector,
  answer: Answer,
): Deviation | undefined {
  if (expected.is === "refused") return answer.is === "refused" ? undefined : "accepted";
  if (answer.is === "refused") return "refused";
  if (!isSameBinary(desc, form, expected.binary, answer.binary)) return "binary";
  if (answer.json === undefined || expected.json === undefined) return undefined;
  return answer.json === expected.json || isSameJson(desc, expected.json, answer.json) ? undefined : "json";
}

function isSameBinary(desc: DescMessage, form: Form, expected: Uint8Array, actual: Uint8Array): boolean {
  const options = { anyNan: form === "json" };
  if (Buffer.compare(expected, actual) === 0) return true;
  try {
    return (
      Buffer.compare(canonicalBytes(desc, expected, options), canonicalBytes(desc, actual, options)) === 0
    );
  } catch {
    return false;
  }
}

import type { Answer, Vector } from "./vector.ts";

/** The line that an adapter gets for a vector, without its end. */
export function formatRequest({ id, message, form, input }: Vector): string {
  return [id, message, form, Buffer.from(input).toString("base64")].join("\t");
}

/**
 * Parses the line that an adapter writes.
 * @throws Error for a line that is no answer to the vector
 */
export function parseAnswer(line: string, { id }: Vector): Answer {
  const [answered, is, third = "", fourth] = line.split("\t");
  if (answered === id && is === "refused") return { is, reason: third };
  if (answered === id && is === "ok" && fourth !== undefined) {
    const binary = new Uint8Array(Buffer.from(third, "base64"));
    return { is, binary, json: fourth === "-" ? undefined : Buffer.from(fourth, "base64").toString() };
  }
  throw new Error(
    `expected a line "${id} TAB ok|refused TAB …", got "${line.slice(0, 200)}": see test/vectors/README.md`,
  );
}

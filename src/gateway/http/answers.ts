import type { Answer, BodyPart } from "./http-call.ts";

const json = { "Content-Type": "application/json" };

/** An answer with JSON that is written already. */
export function jsonAnswer(status: number, body: string | readonly BodyPart[]): Answer {
  return { status, headers: json, body };
}

/** An answer with a value as JSON. */
export function valueAnswer(status: number, value: unknown): Answer {
  return jsonAnswer(status, JSON.stringify(value));
}

export function textAnswer(status: number, body: string | Uint8Array, type: string = "text/plain"): Answer {
  return { status, headers: { "Content-Type": type }, body };
}

import type { Answer, BodyPart } from "./http-call.ts";

/** Whether a body comes part by part. */
export function isIterated(body: Answer["body"]): body is AsyncIterable<BodyPart> {
  return typeof body === "object" && Symbol.asyncIterator in body;
}

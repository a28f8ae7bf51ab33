import type { Frame } from "../../frames/frame.ts";
import { joinFrames } from "../../frames/join-frames.ts";
import { startPace } from "../../frames/pace.ts";
import { isFrame, isIterable, toFrameRows } from "../../v2/responses/check-frames.ts";
import { createFrameShapes } from "../../v2/responses/frame-shape.ts";
import type { QueryAnswer } from "./query-routes.ts";

/**
 * The frames of an answer, for `queryData`: rows that arrive one after the other are joined. Other calls are answered in
 * between, and it ends when the call does, because a generator may have no end.
 *
 * @throws TypeError for what is not an answer
 */
export function collectFrames(
  refId: string,
  answer: QueryAnswer,
  call: { readonly signal: AbortSignal },
): Frame | readonly Frame[] | Promise<readonly Frame[]> {
  // A single frame or a list of them is checked by the encoder, and needs no promise.
  if (isFrame(answer) || !isIterable(answer)) return answer as Frame;
  if (Array.isArray(answer) && !answer.some(hasId)) return answer as readonly Frame[];
  return joinRows(refId, answer, call);
}

async function joinRows(
  refId: string,
  answer: Exclude<QueryAnswer, Frame>,
  call: { readonly signal: AbortSignal },
): Promise<readonly Frame[]> {
  const shapes = createFrameShapes();
  const parts = new Map<string, Frame[]>();
  const pace = startPace();
  let index = 0;
  for await (const item of answer) {
    const { frame, frameId = Array.isArray(answer) ? String(index) : undefined } = toFrameRows(refId, item);
    const { frameId: id } = shapes.place(frame, frameId);
    const list = parts.get(id);
    if (list === undefined) parts.set(id, [frame]);
    else list.push(frame);
    index++;
    if (!pace.isOver()) continue;
    await pace.nextSlice();
    call.signal.throwIfAborted();
  }
  return [...parts.values()].map(([first, ...rest]) => joinFrames(first as Frame, rest));
}

/** The rows of an answer, for `queryChunkedData`: the frames of a list stay frames of their own, even with equal fields. */
export function rowsOfAnswer(answer: QueryAnswer): Iterable<unknown> | AsyncIterable<unknown> {
  if (isFrame(answer)) return [{ frameId: "0", frame: answer }];
  if (!Array.isArray(answer)) return answer as AsyncIterable<unknown>;
  const items: readonly unknown[] = answer;
  return items.map((item, index) => (isFrame(item) ? { frameId: String(index), frame: item } : item));
}

function hasId(item: unknown): boolean {
  return typeof item === "object" && item !== null && "frameId" in item;
}

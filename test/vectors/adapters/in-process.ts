import type { Answer, Vector } from "../vector.ts";

/** An adapter that needs no program of its own. */
export type InProcessAdapter = (vector: Vector) => Answer;

/** Makes what `adapter` throws a rejection. */
export function refusing(adapter: InProcessAdapter): InProcessAdapter {
  return (vector) => {
    try {
      return adapter(vector);
    } catch (error) {
      return { is: "refused", reason: String(error).replaceAll(/\s+/g, " ") };
    }
  };
}

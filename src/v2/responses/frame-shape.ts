import type { Frame } from "../../frames/frame.ts";
import { FrameError } from "../../frames/frame-error.ts";

/** Finds out to which frame rows belong. */
export interface FrameShapes {
  /**
   * The id of the frame of these rows: the given one, or one by their fields, and whether they are its first.
   *
   * @throws FrameError `invalid_value` if rows with that id have other fields than its first ones
   */
  place(frame: Frame, frameId?: string): { readonly frameId: string; readonly isFirst: boolean };
}

/** For the rows of one query. */
export function createFrameShapes(): FrameShapes {
  const shapes = new Map<string, string>();
  return {
    place: (frame, given) => {
      const shape = shapeOf(frame);
      const frameId = given ?? idByShape(shapes, shape);
      const known = shapes.get(frameId);
      if (known !== undefined && known !== shape) {
        throw new FrameError(
          "invalid_value",
          `rows of frame "${frameId}": expected the fields of its first rows, ${known}, got ${shape}`,
        );
      }
      shapes.set(frameId, shape);
      return { frameId, isFirst: known === undefined };
    },
  };
}

function idByShape(shapes: ReadonlyMap<string, string>, shape: string): string {
  for (const [id, known] of shapes) if (known === shape) return id;
  return String(shapes.size);
}

/** The parts that have to be the same in all rows of a frame. */
function shapeOf({ name, fields }: Frame): string {
  return JSON.stringify([
    name,
    fields.map((field) => [field.name, field.kind, field.nullable, field.labels ?? null]),
  ]);
}

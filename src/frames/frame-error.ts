import { errorText, hasBrand } from "../errors.ts";

type KnownFrameErrorCode =
  | "arrow_corrupt"
  | "arrow_not_a_file"
  | "arrow_unsupported"
  | "json_invalid"
  | "invalid_config"
  | "invalid_labels"
  | "invalid_meta"
  | "invalid_value"
  | "limit_exceeded"
  | "row_out_of_range"
  | "time_out_of_range"
  | "time_series_invalid"
  | "unequal_lengths"
  | "unknown_kind"
  | "v1_unsupported";

/** What is wrong with a frame, as a stable `snake_case` string; a later version may add one. */
export type FrameErrorCode = KnownFrameErrorCode | (string & { readonly [openEnd]?: never });
declare const openEnd: unique symbol;

const brand: unique symbol = Symbol.for("grafana-plugin-protocol.FrameError");

/**
 * The error of all functions that make, encode and decode data frames. Its message names the place (field, row, byte),
 * what was expected and what was seen.
 *
 * Its text is printable, even where it quotes names of the frame, and has at most 8192 characters.
 *
 * `instanceof` also holds between two installed copies of this package.
 */
export class FrameError extends Error {
  override readonly name: string = "FrameError";
  readonly code: FrameErrorCode;

  constructor(code: FrameErrorCode, message: string, options?: ErrorOptions) {
    super(errorText(message), options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, brand);
  }
}

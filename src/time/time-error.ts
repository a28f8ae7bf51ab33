import { errorText, hasBrand } from "../errors.ts";

type KnownTimeErrorCode = "interval_invalid" | "time_invalid" | "time_option_invalid" | "time_out_of_range";

/** What is wrong with a time or an interval, as a stable `snake_case` string; a later version may add one. */
export type TimeErrorCode = KnownTimeErrorCode | (string & { readonly [openEnd]?: never });
declare const openEnd: unique symbol;

const brand: unique symbol = Symbol.for("grafana-plugin-protocol.TimeError");

/**
 * The error of the functions that read times and intervals. Its message quotes the text, and is printable.
 *
 * `instanceof` also holds between two installed copies of this package.
 */
export class TimeError extends Error {
  override readonly name: string = "TimeError";
  readonly code: TimeErrorCode;

  constructor(code: TimeErrorCode, message: string) {
    super(errorText(message));
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, brand);
  }
}

/** Quotes a text or another value for a message, cut after 80 characters. */
export function quote(value: unknown): string {
  if (typeof value !== "string") return typeof value === "object" ? "an object" : String(value);
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}

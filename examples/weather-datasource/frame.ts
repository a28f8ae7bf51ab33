/** A frame: columns of one length, called fields. */
export interface Frame {
  readonly fields: readonly Field[];
}

/** A column. Times are whole milliseconds since 1970; labels tell it from others of the same name. */
export type Field = { readonly name: string; readonly labels: Labels } & (
  | { readonly kind: "time"; readonly values: readonly number[] }
  | { readonly kind: "float64"; readonly values: readonly (number | null)[] }
  | { readonly kind: "string"; readonly values: readonly (string | null)[] }
);

/** Such as `{ location: "Seattle" }`. */
export type Labels = Readonly<Record<string, string>>;

/** How the input of a vector is to be read. */
export type Form = "binary" | "json";

/** An input for one message. */
export interface Vector {
  /** `binary/pluginv2.User/login/greatest`: form, message, field (or `whole`), case. */
  readonly id: string;
  /** A class of manifest.json, e.g. `greatest`. */
  readonly kind: string;
  readonly form: Form;
  /** Full name of the message. */
  readonly message: string;
  readonly input: Uint8Array;
}

/** What an implementation makes of an input. */
export type Answer =
  | { readonly is: "ok"; readonly binary: Uint8Array; readonly json: string | undefined }
  | { readonly is: "refused"; readonly reason: string };

/** A vector with what the judge makes of it. */
export interface JudgedVector extends Vector {
  readonly expected: Answer;
}

/** The folder, below the root of the package, that holds the vectors. */
export const caseFolder = "test/vectors/cases";

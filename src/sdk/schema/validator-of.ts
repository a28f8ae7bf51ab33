import { isThenable } from "../../handlers/is-thenable.ts";
import type { SchemaResult, StandardSchema } from "./standard-schema.ts";

/** Validates a value: at once if the schema does so. */
export type Validate<Output> = (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;

/** What zod's schemas have beside Standard Schema. */
interface ZodSchema {
  readonly _zod: {
    readonly run: (
      payload: ZodPayload,
      context: { readonly async: true },
    ) => ZodPayload | Promise<ZodPayload>;
  };
  readonly safeParseAsync: (value: unknown) => Promise<{
    readonly success: boolean;
    readonly data?: unknown;
    readonly error?: { readonly issues: readonly { readonly message: string }[] };
  }>;
}

interface ZodPayload {
  readonly value: unknown;
  readonly issues: readonly unknown[];
}

/**
 * The function that validates by a schema. Keep it where many values are validated.
 *
 * Zod first tries each value as if nothing of the schema was asynchronous, and drops the promise of an asynchronous part
 * that it meets. If that promise rejects, the process ends, with a text that may quote a secret. So zod's schemas are
 * told that they may be asynchronous, until one has accepted a value at once: its usual way is several times faster.
 */
export function validatorOf<Output>(schema: StandardSchema<unknown, Output>): Validate<Output> {
  const standard = schema["~standard"];
  const validate: Validate<Output> = (value) => {
    const result = standard.validate(value);
    // A promise of its own: an object with `then` may call both callbacks, or return nothing.
    return isThenable(result) ? Promise.resolve(result) : result;
  };
  if (!isZod(schema)) return validate;
  const zod: ZodSchema = schema;
  let isAtOnce = false;
  return (value) => {
    if (isAtOnce) {
      const result = validate(value);
      isAtOnce = !isThenable(result);
      return result;
    }
    const payload = zod._zod.run({ value, issues: [] }, { async: true });
    if (isThenable(payload)) {
      return Promise.resolve(payload).then((late) =>
        late.issues.length === 0 ? accepted(late) : refusal(zod, value),
      );
    }
    // Only zod itself can write the messages of its issues. What was not asynchronous is not now.
    if (payload.issues.length > 0) return validate(value);
    isAtOnce = true;
    return accepted(payload);
  };
}

function isZod(schema: object): schema is ZodSchema & typeof schema {
  const { _zod: zod, safeParseAsync } = schema as Partial<ZodSchema>;
  return typeof zod?.run === "function" && typeof safeParseAsync === "function";
}

function accepted<Output>({ value }: ZodPayload): SchemaResult<Output> {
  return { value: value as Output };
}

async function refusal<Output>(schema: ZodSchema, value: unknown): Promise<SchemaResult<Output>> {
  const { success, data, error } = await schema.safeParseAsync(value);
  return success ? { value: data as Output } : { issues: error?.issues ?? [] };
}

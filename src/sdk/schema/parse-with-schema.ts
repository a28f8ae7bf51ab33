import { isThenable } from "../../handlers/is-thenable.ts";
import type { SchemaIssue, SchemaResult, StandardSchema } from "./standard-schema.ts";
import { type Validate, validatorOf } from "./validator-of.ts";

/**
 * Validates a value. At once if the schema does so, which most do: a promise for each query would cost more than the
 * validation.
 *
 * @param fail makes the error for what is wrong with the value
 * @throws the error of `fail`, and what the schema itself throws
 */
export function parseWithSchema<Output>(
  schema: StandardSchema<unknown, Output>,
  value: unknown,
  fail: (issues: readonly SchemaIssue[]) => Error,
): Output | Promise<Output> {
  return parseWith(validatorOf(schema), value, fail);
}

/** {@link parseWithSchema} by a function that is kept for many values. */
export function parseWith<Output>(
  validate: Validate<Output>,
  value: unknown,
  fail: (issues: readonly SchemaIssue[]) => Error,
): Output | Promise<Output> {
  const result = validate(value);
  return isThenable(result) ? result.then((late) => outputOf(late, fail)) : outputOf(result, fail);
}

function outputOf<Output>(
  result: SchemaResult<Output>,
  fail: (issues: readonly SchemaIssue[]) => Error,
): Output {
  if (result.issues !== undefined) throw fail(result.issues);
  return result.value;
}

/** Issues that an error names; a long list of rows may have one for each. */
const maxIssues = 5;
const maxIssueChars = 1000;

/**
 * Describes issues on one line: the path of each below `root`, and the message of the schema.
 *
 * @param root what the value is called, such as `jsonData`; paths begin with it. May be empty
 */
export function describeIssues(root: string, issues: readonly SchemaIssue[]): string {
  const texts = issues.slice(0, maxIssues).map(({ message, path }) => {
    const place = formatPath(root, path);
    // A schema may name each of a million unknown keys.
    const text = String(message)
      .slice(0, maxIssueChars)
      .replace(/\s*\n\s*/g, ", ");
    return place === "" ? text : `${place}: ${text}`;
  });
  const rest = issues.length - maxIssues;
  return texts.join("; ") + (rest > 0 ? `; and ${rest} more` : "");
}

/** `root.a["b c"][0]`, as JavaScript would read it; without a root `a["b c"][0]`. */
export function formatPath(root: string, path: SchemaIssue["path"] = []): string {
  let text = root;
  for (const segment of path) {
    const key = typeof segment === "object" ? segment.key : segment;
    if (typeof key === "number") text += `[${key}]`;
    else if (typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key)) text += text === "" ? key : `.${key}`;
    else text += `[${typeof key === "string" ? JSON.stringify(key) : String(key)}]`;
  }
  return text;
}

import { isBytes } from "../../transport/is-bytes.ts";
import { kindOf } from "./kind-of.ts";

/** A header name that HTTP can carry: a token (RFC 9110, 5.6.2). */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Characters that HTTP servers refuse in header values: control characters except the tab. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\0-\x08\x0a-\x1f\x7f]/;

interface ResourceAnswer {
  readonly code?: number | undefined;
  readonly headers?: Readonly<Record<string, { readonly values?: readonly string[] } | undefined>>;
  readonly body?: Uint8Array | undefined;
}

/**
 * Makes the check for the messages of one `CallResource`, in their order. A host writes the code and headers of the
 * first message and the bodies of all into its HTTP response, without a check: the code 0 of a message without one ends
 * Grafana's request, and Plutono's whole server. So a first message without a code gets 200, and a message that an HTTP
 * server cannot write fails the call before it is sent.
 *
 * `onEnd` refuses an answer without any message.
 */
export function createResourceCheck(): {
  readonly map: (message: unknown) => unknown;
  readonly onEnd: () => void;
} {
  let code: number | undefined;
  return {
    map: (message) => {
      const answer = toAnswer(message);
      const said = answer.code ?? 0;
      const isFirst = code === undefined;
      if (isFirst) {
        code = said === 0 ? 200 : checkCode(said);
        checkHeaders(answer.headers ?? {});
      } else if (said !== 0 && said !== code) {
        throw new TypeError(
          `callResource: the code ${code} went out with the first message, got ${String(said)} in a later one`,
        );
      }
      checkBody(answer.body, code ?? 200);
      if (!isFirst) return answer;
      if (said !== 0 && !hasUndefined(answer.headers)) return answer;
      const headers = Object.entries(answer.headers ?? {}).filter(([, list]) => list !== undefined);
      return { ...answer, code, headers: Object.fromEntries(headers) };
    },
    onEnd: () => {
      if (code === undefined) {
        throw new TypeError("callResource: expected at least one message, the handler ended without one");
      }
    },
  };
}

function toAnswer(message: unknown): ResourceAnswer {
  if (typeof message === "object" && message !== null && !Array.isArray(message)) return message;
  throw new TypeError(`callResource: expected { code, headers, body }, got ${kindOf(message)}`);
}

/** Codes of 1xx are not final, so they cannot be the code of an answer. */
function checkCode(code: unknown): number {
  if (typeof code === "number" && Number.isInteger(code) && code >= 200 && code <= 999) return code;
  const got = typeof code === "number" ? String(code) : kindOf(code);
  throw new TypeError(`callResource: expected a code from 200 to 999, got ${got}`);
}

function checkHeaders(headers: unknown): void {
  // A `Headers` or a `Map` has no properties: its headers would be lost without a word.
  if (typeof headers !== "object" || headers === null || Symbol.iterator in headers) {
    throw new TypeError(`callResource: expected headers by name, got ${kindOf(headers)}`);
  }
  const byName = headers as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(byName)) {
    const problem = problemOf(name, byName[name]);
    if (problem !== undefined) {
      throw new TypeError(`callResource: header ${JSON.stringify(name)}: expected ${problem}`);
    }
  }
}

/** What is expected of a header that is not legal. */
function problemOf(name: string, list: unknown): string | undefined {
  if (!token.test(name)) return "a name that HTTP allows";
  // A member that TypeScript's type of the handler takes from another branch.
  if (list === undefined) return undefined;
  const values: unknown = (list as { readonly values?: unknown } | null)?.values ?? [];
  if (typeof list !== "object" || !Array.isArray(values)) {
    return `{ values: ["…"] }, got ${kindOf(list)}`;
  }
  for (const value of values as readonly unknown[]) {
    if (typeof value !== "string") return `texts, got ${kindOf(value)}`;
    if (control.test(value)) return "a value without control characters";
  }
  return undefined;
}

/** A header of another branch of the handler is `undefined`; an encoder would send it as an empty one. */
function hasUndefined(headers: ResourceAnswer["headers"]): boolean {
  for (const name in headers) if (headers[name] === undefined) return true;
  return false;
}

function checkBody(body: unknown, code: number): void {
  if (body === undefined) return;
  if (!isBytes(body)) throw new TypeError(`callResource: expected a Uint8Array as body, got ${kindOf(body)}`);
  if ((code === 204 || code === 304) && body.byteLength > 0) {
    throw new TypeError(
      `callResource: an answer with code ${code} has no body, got ${body.byteLength} bytes`,
    );
  }
}

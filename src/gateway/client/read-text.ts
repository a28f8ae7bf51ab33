import { brokenOff } from "./read-answer.ts";

/** What happens while nothing comes. */
export interface Silence {
  readonly afterMs: number;
  readonly onSilence: () => void;
}

/**
 * The text of a body, part by part. Leaving the loop cancels the body. Only the time that is spent waiting for the next
 * part counts as silence, and not the time until it is asked for.
 *
 * @param signal that of the request
 * @throws GatewayError `broken_off` for a connection that ended early; the reason of the signal when it is aborted
 */
export async function* readText(
  response: Response,
  signal: AbortSignal,
  silence?: Silence,
): AsyncGenerator<string, void> {
  // Not iterated, because Safari's streams are not iterable.
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  if (reader === undefined) return;
  try {
    for (;;) {
      const timer = silence && setTimeout(silence.onSilence, silence.afterMs);
      const { done, value } = await reader
        .read()
        .catch((cause: unknown) => {
          signal.throwIfAborted();
          throw brokenOff(response, cause);
        })
        .finally(() => clearTimeout(timer));
      const text = decoder.decode(value, { stream: !done });
      if (text !== "") yield text;
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

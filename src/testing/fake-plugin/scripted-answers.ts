/** A handler with the calls that it got. */
export interface ScriptedHandler<Answer> {
  (request: unknown): Answer;
  /** The requests so far, in order. */
  readonly requests: readonly unknown[];
}

/**
 * Makes a handler that answers by a script: its first call gets the first answer, and so on. An answer that is an error is
 * thrown; one that is a function is called with the request; a list is a stream of its messages. A call beyond the script
 * throws.
 */
export function scriptedAnswers<Answer>(
  ...answers: readonly (Answer | Error | ((request: unknown) => Answer))[]
): ScriptedHandler<Answer> {
  const requests: unknown[] = [];
  const handler = (request: unknown): Answer => {
    const call = requests.push(request);
    if (call > answers.length) {
      throw new RangeError(`the script has ${answers.length} answers, and this is call ${call}: add one`);
    }
    const answer = answers[call - 1] as Answer | Error | ((request: unknown) => Answer);
    if (answer instanceof Error) throw answer;
    const given = typeof answer === "function" ? (answer as (request: unknown) => Answer)(request) : answer;
    return Array.isArray(given) ? (streamOf(given) as Answer) : given;
  };
  return Object.assign(handler, { requests });
}

async function* streamOf(messages: readonly unknown[]): AsyncGenerator<unknown> {
  yield* messages;
}

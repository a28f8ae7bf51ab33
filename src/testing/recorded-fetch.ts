import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../errors.ts";
import { isUpdating, updateVariable } from "./golden/update-golden.ts";

type Fetch = typeof globalThis.fetch;

/** Records what a `fetch` answers, and answers from a record. */
export interface FetchRecorder {
  /** A `fetch` that records, and the record so far as a text. */
  record(fetch: Fetch): { readonly fetch: Fetch; readonly text: () => Promise<string> | string };
  /** A `fetch` that answers from the text of a record, without a network. */
  replay(text: string): Fetch;
}

/** Options of {@link recordedFetch}. */
export interface RecordedFetchOptions {
  readonly recorder: FetchRecorder;
  /** What to record. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Whether to record anew. Default: whether the environment has `UPDATE_GOLDEN=1`. */
  readonly update?: boolean | undefined;
}

/** A `fetch` for a test. */
export interface RecordedFetch extends AsyncDisposable {
  readonly fetch: Fetch;
  /** Whether it asks the real server, and writes the record at its end. */
  readonly isRecording: boolean;
  /** Writes the record, if it records. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * A `fetch` for tests that run without a network: it answers from a file, which it records when it is told to.
 *
 * @param path of the file with the record
 * @throws Error when the file is missing and is not to be recorded.
 */
export function recordedFetch(
  path: string,
  { recorder, fetch = globalThis.fetch, update }: RecordedFetchOptions,
): RecordedFetch {
  if (!isUpdating(update)) {
    const close = async (): Promise<void> => {};
    return { fetch: recorder.replay(read(path)), isRecording: false, close, [Symbol.asyncDispose]: close };
  }
  const recording = recorder.record(fetch);
  let written: Promise<void> | undefined;
  const close = (): Promise<void> => {
    written ??= (async () => {
      const text = await recording.text();
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    })();
    return written;
  };
  return { fetch: recording.fetch, isRecording: true, close, [Symbol.asyncDispose]: close };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (errorCode(cause) !== "ENOENT") throw cause;
    throw new Error(
      `there is no record ${path}: run the test once with ${updateVariable}=1, which asks the server`,
      {
        cause,
      },
    );
  }
}

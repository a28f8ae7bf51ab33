import { readFile } from "node:fs/promises";
import { errorCode, messageOf } from "../../errors.ts";
import type { Fetch } from "../http/wrap-fetch.ts";
import type { Har } from "./har.ts";
import { createHarRecorder, type HarRecorderOptions } from "./har-recorder.ts";
import { replayFetch } from "./replay-fetch.ts";
import { writeHar } from "./write-har.ts";

/** A `fetch` for tests: a recording, or one that is being made. */
export interface RecordedFetch extends AsyncDisposable {
  readonly fetch: Fetch;
  /** The file was there: nothing is sent. */
  readonly isReplay: boolean;
  /** Writes the file, when it is being recorded. `await using` does it, too. */
  save(): Promise<void>;
}

/**
 * Record once, replay offline: answers from the HAR file if it is there, else sends requests by `fetch` and records
 * them. Delete the file to record it again. The file has no secrets, so it can be committed: see `createHarRecorder`.
 *
 * @throws Error for a file that is not HAR.
 */
export async function recordedFetch(
  path: string,
  fetch: Fetch,
  options: HarRecorderOptions = {},
): Promise<RecordedFetch> {
  const har = await readHar(path);
  if (har !== undefined) {
    const none = async (): Promise<void> => {};
    return { fetch: replayFetch(har, options), isReplay: true, save: none, [Symbol.asyncDispose]: none };
  }
  const recorder = createHarRecorder(options);
  const save = (): Promise<void> => writeHar(path, recorder);
  // Only the call: what closes the real one belongs to its owner.
  const recorded = recorder.wrap<Fetch>((input, init) => fetch(input, init));
  return { fetch: recorded, isReplay: false, save, [Symbol.asyncDispose]: save };
}

async function readHar(path: string): Promise<Har | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (reason) {
    if (errorCode(reason) === "ENOENT") return undefined;
    throw reason;
  }
  let har: Partial<Har> | undefined;
  let why = "it has no log.entries";
  try {
    har = JSON.parse(text) as Partial<Har>;
  } catch (reason) {
    why = messageOf(reason);
  }
  if (Array.isArray(har?.log?.entries)) return har as Har;
  throw new Error(
    `expected a recording of HAR 1.2 in ${JSON.stringify(path)}: ${why}: delete it to record again`,
  );
}

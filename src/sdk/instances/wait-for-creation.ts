import type { RequestContext } from "../context/request-context.ts";
import { Abandoned } from "./creation-errors.ts";
import { InstanceCall } from "./instance-call.ts";
import type { Creation, Entry } from "./instance-entry.ts";

/**
 * The use of an instance by a call that waits until it is created. Rejects with the error of the creation, and with the
 * reason of a call that gives up; the last one that does cancels the creation.
 */
export function waitForCreation(
  entry: Entry<unknown, unknown>,
  creation: Creation,
  context: RequestContext,
  release: (entry: Entry<unknown, unknown>) => void,
): Promise<InstanceCall> {
  const { signal } = context;
  entry.uses++;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      signal.removeEventListener("abort", onAbort);
      entry.uses--;
      reject(signal.reason);
      if (entry.uses === 0) entry.creation?.cancel(new Abandoned());
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort);
    void creation.ended.then(() => {
      if (signal.aborted) return;
      signal.removeEventListener("abort", onAbort);
      const { made } = entry;
      // Before the use as a waiting call ends: an instance that is replaced meanwhile would be disposed.
      if (made !== undefined) resolve(new InstanceCall(context, entry, made, release));
      else reject(entry.error);
      release(entry);
    });
  });
}

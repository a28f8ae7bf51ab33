import type { ContextKey, ContextValues } from "@connectrpc/connect";
import type { HarRecorder } from "./har-recorder.ts";

/** Where an interceptor leaves the recorder of its call. A literal, so that a start calls nothing for it. */
export const recorderKey: ContextKey<HarRecorder | undefined> = {
  id: Symbol("the recorder of outgoing requests"),
  defaultValue: undefined,
};

/**
 * The recorder of a call, if its host asks for a recording and `captureHar` is among the interceptors. Handlers of
 * the authors' layer have it as `context.harRecorder`, and `createFetch` uses it.
 *
 * @param context that of a handler of the bindings
 */
export function harRecorderOf(context: {
  readonly values?: ContextValues | undefined;
}): HarRecorder | undefined {
  return context.values?.get(recorderKey);
}

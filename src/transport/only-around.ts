import type { DescService } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import { guardCalls, guardOf } from "./guard-calls.ts";

/** Limits an interceptor to the calls of services that `isMeant` accepts. A guard stays a guard. */
export function onlyAround(
  interceptor: Interceptor,
  isMeant: (service: DescService) => boolean,
): Interceptor {
  const guard = guardOf(interceptor);
  if (guard === undefined) {
    return (next) => {
      const intercepted = interceptor(next);
      return (request) => (isMeant(request.service) ? intercepted(request) : next(request));
    };
  }
  const { onUnsendable, onReceived } = guard;
  return guardCalls({
    side: guard.side,
    onBegin: (call) => {
      if (isMeant(call.method.parent)) guard.onBegin(call);
    },
    onEnd: (call, error) => (isMeant(call.method.parent) ? guard.onEnd(call, error) : error),
    onUnsendable:
      onUnsendable &&
      ((call, problem) => {
        if (isMeant(call.method.parent)) onUnsendable(call, problem);
      }),
    onReceived:
      onReceived &&
      ((call) => {
        if (isMeant(call.method.parent)) onReceived(call);
      }),
  });
}

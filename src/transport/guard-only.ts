import type { DescService } from "@bufbuild/protobuf";
import type { CallGuard } from "./call-guard.ts";

/** Limits a guard to the calls of services that `isMeant` accepts. */
export function guardOnly(guard: CallGuard, isMeant: (service: DescService) => boolean): CallGuard {
  const { onUnsendable, onReceived } = guard;
  return {
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
  };
}

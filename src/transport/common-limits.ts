import { connectionBytes } from "./default-limits.ts";
import { defaultMaxConcurrentCalls } from "./limit-calls.ts";

/** The limits that hosts and plugins both have, as a caller gives them. */
interface GivenLimits {
  readonly maxReceiveBytes?: number | undefined;
  readonly maxSendBytes?: number | undefined;
  readonly maxConcurrentCalls?: number | undefined;
  readonly maxStreamBacklogBytes?: number | undefined;
  readonly maxDecodedBytes?: number | undefined;
  readonly maxConnectionBytes?: number | undefined;
}

/** The same with the defaults filled in. */
interface CommonLimits {
  readonly maxReceiveBytes: number;
  readonly maxSendBytes: number;
  readonly maxConcurrentCalls: number;
  readonly maxStreamBacklogBytes: number;
  /** `undefined`: the default, which depends on the heap and the size of the message. */
  readonly maxDecodedBytes: number | undefined;
  readonly maxConnectionBytes: number;
}

/** The largest messages, for which a host and a plugin have different defaults. */
type MessageBytes = Pick<CommonLimits, "maxReceiveBytes" | "maxSendBytes">;

/** Returns a limit, or its default if it was not given. @throws for a limit below `min`, or not a whole number */
type ReadLimit = (name: keyof GivenLimits, byDefault: number, min?: number) => number;

/** Fills in the defaults of the limits that hosts and plugins both have. */
export function commonLimits(given: GivenLimits, read: ReadLimit, byDefault: MessageBytes): CommonLimits {
  const maxReceiveBytes = read("maxReceiveBytes", byDefault.maxReceiveBytes);
  return {
    maxReceiveBytes,
    maxSendBytes: read("maxSendBytes", byDefault.maxSendBytes),
    maxConcurrentCalls: read("maxConcurrentCalls", defaultMaxConcurrentCalls),
    maxStreamBacklogBytes: read("maxStreamBacklogBytes", 4 << 20, 65_535),
    maxDecodedBytes: given.maxDecodedBytes == null ? undefined : read("maxDecodedBytes", 0),
    maxConnectionBytes: read("maxConnectionBytes", connectionBytes({ ...given, maxReceiveBytes })),
  };
}

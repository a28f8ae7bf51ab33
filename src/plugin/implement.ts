import type { DescService } from "@bufbuild/protobuf";
import { PluginError } from "../errors.ts";
import type { CheckedMajor, PluginImpl, ProtocolMajor } from "../protocol.ts";
import type { ServedService } from "../transport/socket-transport.ts";

/** A major and the services of it that a plugin has, for `servePlugin`. */
export interface ImplementedMajor {
  readonly version: number;
  readonly services: readonly ServedService[];
}

/**
 * Pairs a major with its handlers. Whatever is left out, a whole service or one method, answers
 * UNIMPLEMENTED, which every host takes as "this plugin does not have that".
 *
 * A handler that throws a `ConnectError` answers with its code and details; one that throws
 * anything else answers UNKNOWN with the error's message, as plugins of the Go SDK do, and is logged.
 *
 * @throws PluginError `invalid_option` when the implementation has a service that the major lacks.
 */
export function implement<const M extends ProtocolMajor>(
  major: M & CheckedMajor<M>,
  impl: PluginImpl<M>,
): ImplementedMajor {
  const known: Readonly<Record<string, DescService>> = (major as ProtocolMajor).services;
  const handlers: [string, Readonly<Record<string, unknown>>][] = Object.entries(impl);
  const services = handlers.map(([key, implementation]) => {
    const service = known[key];
    if (service === undefined) {
      throw new PluginError(
        "invalid_option",
        `protocol ${major.version} has no service "${key}", it has ${Object.keys(known).join(", ")}`,
      );
    }
    return { service, implementation };
  });
  return { version: major.version, services };
}

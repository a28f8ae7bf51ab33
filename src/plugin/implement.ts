import type { DescService } from "@bufbuild/protobuf";
import { PluginError } from "../errors.ts";
import { functionOption, objectOption } from "../option-checks.ts";
import type { CheckedMajor, PluginImpl, ProtocolMajor } from "../protocol.ts";
import type { ImplementedService } from "../transport/socket-transport.ts";
import { finishAnswers } from "./answers/finish-answers.ts";
import type { LogTo } from "./answers/report-defects.ts";
import { logToHost } from "./process/log-to-host.ts";

/** A major and the services of it that a plugin implements, for `servePlugin`. */
export interface ImplementedMajor {
  readonly version: number;
  readonly services: readonly ImplementedService[];
  /**
   * Is called by `servePlugin` at its end, when the handlers have ended, and may be called more than once. It gets a
   * second; what it throws is logged. `implement` makes none: add it where the handlers hold something that must be
   * closed, as in `{ ...implement(v2, handlers), close: () => pool.end() }`. A crash and `process.exit` do not call it.
   */
  readonly close?: (() => unknown) | undefined;
}

/**
 * Pairs a major with its handlers. A missing service or method answers UNIMPLEMENTED, which every host takes as "this
 * plugin does not have that".
 *
 * A handler that throws a `ConnectError` answers with its code and details; one that throws anything else answers
 * UNKNOWN with the error's message, as plugins of the Go SDK do, and is logged. A `QueryError` is not logged: it is an
 * answer, and its source is sent in the details of the status.
 *
 * A first message of `callResource` without a code gets 200; an answer that an HTTP server cannot write (a code below
 * 200 or above 999, an illegal header, a body of 204 or 304, no message at all) fails the call.
 *
 * @throws PluginError `invalid_option` when the implementation has a service that the major lacks, a handler that is not
 *   a function, or one whose name differs from a method's in case only.
 */
export function implement<const M extends ProtocolMajor>(
  major: M & CheckedMajor<M>,
  impl: PluginImpl<M>,
): ImplementedMajor {
  return implementWithLog<M>(major, impl, logToHost);
}

/** As {@link implement}, with the caller's log for failures in a handler whose call succeeds. */
export function implementWithLog<const M extends ProtocolMajor>(
  major: M & CheckedMajor<M>,
  impl: PluginImpl<M>,
  log: LogTo,
): ImplementedMajor {
  const { services: known }: { readonly services: Readonly<Record<string, DescService>> } =
    objectOption<ProtocolMajor>(
      "the major of implement",
      major,
      'a major, such as v2 of "grafana-plugin-protocol/v2"',
    );
  objectOption("the major's services", known, "an object of services by their keys");
  objectOption("the implementation", impl, "an object of services, such as { data: { queryData } }");
  const handlers: [string, Readonly<Record<string, unknown>> | undefined][] = Object.entries(impl);
  const services = handlers.flatMap(([key, implementation]) => {
    if (implementation === undefined) return [];
    const service = Object.hasOwn(known, key) ? known[key] : undefined;
    if (service === undefined) {
      throw new PluginError(
        "invalid_option",
        `protocol ${major.version} has no service "${key}", it has ${Object.keys(known).join(", ")}`,
      );
    }
    objectOption(key, implementation, "an object of handlers");
    for (const { localName } of service.methods) {
      const handler = implementation[localName];
      if (handler !== undefined) functionOption(`${key}.${localName}`, handler as () => unknown);
      // An object may have members of its own, but one that differs in case only is a mistake.
      const near = Object.keys(implementation).find((name) => isOtherCase(name, localName));
      if (near !== undefined) {
        throw new PluginError(
          "invalid_option",
          `${key} has no method "${near}": it is called "${localName}"`,
        );
      }
    }
    return finishAnswers({ service, implementation }, log);
  });
  return { version: major.version, services };
}

function isOtherCase(name: string, localName: string): boolean {
  return name !== localName && name.toLowerCase() === localName.toLowerCase();
}

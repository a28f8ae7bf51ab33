import { type AttachInfo, parseAttachInfo, toAttachInfo } from "../../go-plugin/attach-info.ts";
import { checkRuntime, objectOption } from "../../option-checks.ts";
import type { ProtocolMajor } from "../../protocol.ts";
import { wholeNumberOption } from "../../whole-number-option.ts";
import {
  type ConnectionOptions,
  type ResolvedConnectionOptions,
  resolveConnectionOptions,
} from "../launch-options.ts";

export interface AttachOptions<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>
  extends ConnectionOptions<P> {
  /**
   * The plugin: `attachInfo` of a launched one, the JSON that a plugin under a debugger printed (go-plugin's and
   * Terraform's form too), or written by hand, such as
   * `{ protocolVersion: 2, network: "tcp", address: "127.0.0.1:9999" }`.
   */
  readonly attachInfo: AttachInfo | string;
  /**
   * User ids whose plugins may be attached to, beside this process's own and root's: for example that of a host that
   * shares its plugins by `socketGroup`. Default none. Checked where the system names the owner: for unix sockets, and
   * on Linux for TCP on this machine.
   */
  readonly trustedUsers?: readonly number[] | undefined;
}

/** The options with every default filled in. */
export interface ResolvedAttachOptions extends ResolvedConnectionOptions {
  readonly attachInfo: AttachInfo;
  readonly trustedUsers: readonly number[];
}

/**
 * Fills in the defaults.
 *
 * @throws PluginError `invalid_option` naming the option, what was expected and what was given.
 */
export function resolveAttachOptions<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>(
  options: AttachOptions<P>,
): ResolvedAttachOptions {
  checkRuntime();
  const { attachInfo } = objectOption("the options", options, "an object with attachInfo and protocols");
  return {
    ...resolveConnectionOptions(options),
    attachInfo: typeof attachInfo === "string" ? parseAttachInfo(attachInfo) : toAttachInfo(attachInfo),
    trustedUsers: (options.trustedUsers ?? []).map((uid) => wholeNumberOption("trustedUsers", uid, 0)),
  };
}

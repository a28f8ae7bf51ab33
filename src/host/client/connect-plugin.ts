import { Code, ConnectError } from "@connectrpc/connect";
import { messageOf, PluginError } from "../../errors.ts";
import type { CallGuard } from "../../transport/call-guard.ts";
import { limitCalls } from "../../transport/limit-calls.ts";
import type { DialTls, SocketAddress, TransportConnection } from "../../transport/socket-transport.ts";
import type { ResolvedConnectionOptions } from "../launch-options.ts";
import { aroundCalls } from "./around-calls.ts";
import { cutText } from "./cut-text.ts";
import { describeTlsFailure } from "./describe-tls-failure.ts";
import { dialChecked, type PeerCheck } from "./dial-checked.ts";
import { formatSocketAddress } from "./socket-address.ts";

/**
 * Dials a plugin that listens at `address`.
 *
 * @param guards around every call, go-plugin's too; the last one is closest to the wire
 * @throws PluginError `dial_failed` or `tls_failed` with the reason; what `check` throws.
 */
export async function connectPlugin(
  address: SocketAddress,
  settings: Pick<ResolvedConnectionOptions, "interceptors" | "limits" | "transport"> & {
    readonly tls?: DialTls | undefined;
    /** Called when the connection was lost. Then it is not dialled again. */
    readonly onLost?: (() => void) | undefined;
    readonly check: PeerCheck;
  },
  guards: readonly CallGuard[],
  signal: AbortSignal,
): Promise<TransportConnection> {
  const { maxLogLineBytes: _, maxHandshakeLineBytes: __, maxConcurrentCalls, ...bounds } = settings.limits;
  try {
    return await dialChecked(address, settings.check, () =>
      settings.transport.dial({
        address,
        tls: settings.tls,
        ...bounds,
        ...aroundCalls(settings.interceptors, limitCalls(maxConcurrentCalls, "caller"), guards),
        signal,
        onLost: settings.onLost,
      }),
    );
  } catch (cause) {
    if (cause instanceof PluginError) throw cause;
    if (cause instanceof ConnectError && cause.code === Code.Unauthenticated) {
      throw new PluginError("tls_failed", describeTlsFailure(cause.rawMessage), { cause });
    }
    throw new PluginError(
      "dial_failed",
      `cannot reach the plugin at ${formatSocketAddress(address)}: ${cutText(messageOf(cause))}`,
      { cause },
    );
  }
}

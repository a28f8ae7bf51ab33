import type { AttachInfo } from "../go-plugin/attach-info.ts";
import type { Broker } from "../go-plugin/broker/broker.ts";
import type { SocketAddress } from "../transport/socket-transport.ts";

/** A plugin that serves a host. */
export interface PluginServer extends AsyncDisposable {
  /** The major that host and plugin agreed on. */
  readonly protocolVersion: number;
  /** Address at which the plugin listens. */
  readonly address: SocketAddress;
  /** Resolves when the plugin is closed, for any reason; with `ownsProcess` the process exits right after. */
  readonly closed: Promise<void>;
  /**
   * Further connections: servers of the plugin that its host dials, and servers of the host that the plugin dials.
   * Handlers may use it, because no call arrives before this object exists.
   */
  readonly broker: Broker;
  /** How a host attaches; only with `debug: true`. */
  readonly attachInfo: AttachInfo | undefined;
  /**
   * Aborts the signals of running handlers, answers calls whose handlers end within half a second, removes the socket.
   * Handlers of calls that were cancelled before get the same half second for their `finally` blocks. Safe to call
   * twice.
   */
  close(): Promise<void>;
}

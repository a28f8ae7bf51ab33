import type { DescService } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import type { GRPCBroker } from "../../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import type { GRPCStdio } from "../../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import type { AttachInfo } from "../../goplugin/reattach.ts";
import type {
  DialTls,
  ListenOptions,
  ServedService,
  SocketAddress,
  TransportServer,
} from "../../transport/socket-transport.ts";

/** go-plugin's services that outlive a call. */
export interface HousekeepingStreams {
  readonly stdio: ServiceImpl<typeof GRPCStdio>;
  readonly broker: ServiceImpl<typeof GRPCBroker>;
}

/** What differs between the ways in which a plugin can be served: to a host, under a debugger, standalone. */
export interface ServingMode {
  /** The major that is spoken; several have the highest that is served. */
  readonly protocolVersion: number;
  /** The plugin's own services. */
  readonly services: readonly ServedService[];
  /** The services around them. */
  readonly housekeeping: (
    own: readonly DescService[],
    onShutdown: () => void,
    streams: HousekeepingStreams,
  ) => readonly Pick<ServedService, "service" | "implementation">[];
  readonly listen: (options: Omit<ListenOptions, "address">) => Promise<TransportServer>;
  /** The housekeeping has a broker, for which `listen` may be called again and again. */
  readonly hasBroker: boolean;
  /** The certificates with which brokered connections are dialled, the same as those of `listen`. Default: no TLS. */
  readonly tls?: DialTls | undefined;
  /** Tells the world where it listens; `print` writes a line to the real stdout. */
  readonly announce: (server: TransportServer, print: (line: string) => void) => void;
  /** How a host attaches to it, when that is how it is reached. */
  readonly attachInfo?: ((address: SocketAddress) => AttachInfo) | undefined;
  /** A host started this process: its end is the plugin's, and SIGINT is the host's affair. */
  readonly hasHost: boolean;
  /** Removes what {@link announce} left behind. Runs however the process ends, so it does not wait. */
  readonly cleanUp?: (() => void) | undefined;
}

import type { DescService } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import type { GRPCBroker } from "../../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import type { GRPCStdio } from "../../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import type { AttachInfo } from "../../go-plugin/attach-info.ts";
import type {
  DialTls,
  ImplementedService,
  ListenOptions,
  SocketAddress,
  TransportServer,
} from "../../transport/socket-transport.ts";

/** go-plugin's services that outlive a call. */
interface StdioAndBroker {
  readonly stdio: ServiceImpl<typeof GRPCStdio>;
  readonly broker: ServiceImpl<typeof GRPCBroker>;
}

/** The differences between the modes of serving: for a host, under a debugger, standalone. */
export interface ServingMode {
  /** The major that is spoken; the highest one if several are served. */
  readonly protocolVersion: number;
  /** The plugin's own services. */
  readonly services: readonly ImplementedService[];
  /** go-plugin's services in addition to them. */
  readonly goPluginServices: (
    services: readonly DescService[],
    onShutdown: () => void,
    streams: StdioAndBroker,
  ) => readonly Pick<ImplementedService, "service" | "implementation">[];
  readonly listen: (options: Omit<ListenOptions, "address">) => Promise<TransportServer>;
  /** Whether there is a broker, for which `listen` may be called several times. */
  readonly hasBroker: boolean;
  /** The certificates with which brokered connections are dialled, the same as those of `listen`. Default: no TLS. */
  readonly tls?: DialTls | undefined;
  /** Publishes the address; `print` writes a line to the real stdout. */
  readonly announce: (server: TransportServer, print: (line: string) => void) => void;
  /** How a host attaches, in modes that hosts attach to. */
  readonly attachInfo?: ((address: SocketAddress) => AttachInfo) | undefined;
  /** True if a host started this process: the plugin exits with its host, and ignores SIGINT. */
  readonly hasHost: boolean;
  /** Removes files of {@link announce}. Synchronous, because it runs at any exit of the process. */
  readonly cleanUp?: (() => void) | undefined;
}

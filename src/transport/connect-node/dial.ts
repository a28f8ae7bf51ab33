import { Code } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { guardInterceptor } from "../guard-interceptor.ts";
import type { DialOptions, TransportConnection } from "../socket-transport.ts";
import { toConnectError } from "../thrown.ts";
import { checkMetadata } from "./check-metadata.ts";
import { correctErrors } from "./correct-errors.ts";
import { takeLongTimeouts } from "./long-timeouts.ts";
import { createSessionKeeper } from "./session-keeper.ts";

/** Dials a gRPC server. See {@link SocketTransport.dial}. */
export async function dial(options: DialOptions): Promise<TransportConnection> {
  const { interceptors = [], guards = [] } = options;
  const sessions = createSessionKeeper(options);
  try {
    await sessions.open(options.signal);
  } catch (error) {
    sessions.close();
    throw toConnectError(error, Code.Unavailable);
  }
  const transport = createGrpcTransport({
    baseUrl: sessions.authority,
    sessionManager: sessions,
    acceptCompression: [],
    readMaxBytes: options.maxReceiveBytes,
    // A message that the plugin would refuse is not sent, which saves the transfer.
    writeMaxBytes: options.maxSendBytes,
    // The first one is the outermost: the others see corrected errors.
    interceptors: [...interceptors, ...guards.map(guardInterceptor), correctErrors(() => sessions.isOpen())],
  });
  return { transport: takeLongTimeouts(checkMetadata(transport)), close: () => sessions.close() };
}

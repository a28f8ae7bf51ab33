import type { Transport } from "@connectrpc/connect";
import { appendMetadata, hasRoom } from "../sent-metadata.ts";
import { headersOf, refuseCall, requestLimits, toMetadata } from "../to-metadata.ts";
import { maxHeaderBytes } from "./session-limits.ts";

/**
 * Fails a call whose headers no peer would accept, as our own transport does: Node would throw other errors, or send
 * them.
 */
export function checkMetadata(transport: Transport): Transport {
  const check = (header: HeadersInit | undefined): Headers | undefined => {
    const metadata = toMetadata(header);
    if (metadata === undefined) return undefined;
    const fields: string[] = [];
    appendMetadata(fields, metadata, refuseCall);
    hasRoom("the metadata", fields, requestLimits(maxHeaderBytes));
    return headersOf(metadata);
  };
  return {
    unary: async (method, signal, timeoutMs, header, input, contextValues) =>
      transport.unary(method, signal, timeoutMs, check(header), input, contextValues),
    stream: async (method, signal, timeoutMs, header, input, contextValues) =>
      transport.stream(method, signal, timeoutMs, check(header), input, contextValues),
  };
}

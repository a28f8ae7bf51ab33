import type { DescMethod } from "@bufbuild/protobuf";
import { formatTimeout } from "../grpc-timeout.ts";
import type { HeaderFields } from "../http2/http2-stream.ts";
import { appendMetadata } from "../sent-metadata.ts";
import { type Metadata, refuseCall } from "../to-metadata.ts";

/** Makes the header sections of requests (PROTOCOL-HTTP2, "Request-Headers"). */
export interface RequestFields {
  /** @throws ConnectError INVALID_ARGUMENT for metadata that a peer would refuse. */
  make(method: DescMethod, timeoutMs: number | undefined, metadata: Metadata | undefined): HeaderFields;
}

/**
 * Gzip is offered only if this side also sends it: a peer may then use it for every message, and on a local socket it
 * costs ten times what it saves. Compressed messages are always read.
 */
export function createRequestFields(scheme: "http" | "https", isCompressed: boolean): RequestFields {
  const known = new Map<DescMethod, PlainFields>();
  const encoding = isCompressed ? ["grpc-encoding", "gzip", "grpc-accept-encoding", "gzip"] : [];

  const plainFields = (method: DescMethod): PlainFields => {
    let plain = known.get(method);
    if (plain === undefined) {
      const withoutUserAgent = [
        ":method",
        "POST",
        ":scheme",
        scheme,
        ":path",
        `/${method.parent.typeName}/${method.name}`,
        ":authority",
        "localhost",
        "te",
        "trailers",
        "content-type",
        "application/grpc",
        ...encoding,
      ];
      plain = { withoutUserAgent, withUserAgent: [...withoutUserAgent, "user-agent", userAgent] };
      known.set(method, plain);
    }
    return plain;
  };

  return {
    make: (method, timeoutMs, metadata) => {
      const plain = plainFields(method);
      if (timeoutMs === undefined && metadata === undefined) return plain.withUserAgent;
      const hasUserAgent = metadata?.has("user-agent") ?? false;
      const fields = [...(hasUserAgent ? plain.withoutUserAgent : plain.withUserAgent)];
      // Timeouts precede custom metadata (PROTOCOL-HTTP2, "Call-Definition").
      if (timeoutMs !== undefined) fields.push("grpc-timeout", formatTimeout(timeoutMs));
      if (metadata !== undefined) appendMetadata(fields, metadata, refuseCall);
      return fields;
    },
  };
}

/** The fields that all requests of a method share. The same array each time, because a known array is encoded faster. */
interface PlainFields {
  readonly withUserAgent: HeaderFields;
  /** The same without user-agent, for metadata with their own. */
  readonly withoutUserAgent: HeaderFields;
}

const userAgent = "grpc-typescript-socket";

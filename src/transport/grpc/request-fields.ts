import type { DescMethod } from "@bufbuild/protobuf";
import { formatTimeout } from "../grpc-timeout.ts";
import type { HeaderFields } from "../http2/http2-stream.ts";
import { appendMetadata } from "./metadata.ts";

/** How the header sections of a connection's requests are made (PROTOCOL-HTTP2, "Request-Headers"). */
export interface RequestFields {
  make(method: DescMethod, timeoutMs: number | undefined, metadata: Headers | undefined): HeaderFields;
}

/**
 * Gzip is only offered where this side sends it too: a peer to whom it is offered may use it for everything, and on a
 * local socket that costs ten times what it saves. What comes compressed is read in any case.
 */
export function createRequestFields(scheme: "http" | "https", isCompressed: boolean): RequestFields {
  const known = new Map<DescMethod, HeaderFields>();
  const encoding = isCompressed ? ["grpc-encoding", "gzip", "grpc-accept-encoding", "gzip"] : [];

  const plainFields = (method: DescMethod): HeaderFields => {
    let fields = known.get(method);
    if (fields === undefined) {
      fields = [
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
        "user-agent",
        userAgent,
        ...encoding,
      ];
      known.set(method, fields);
    }
    return fields;
  };

  return {
    make: (method, timeoutMs, metadata) => {
      const plain = plainFields(method);
      if (timeoutMs === undefined && metadata === undefined) return plain;
      const hasUserAgent = metadata?.has("user-agent") ?? false;
      const fields = hasUserAgent ? plain.filter((_, index) => index !== 12 && index !== 13) : [...plain];
      // Timeouts stand before custom metadata (PROTOCOL-HTTP2, "Call-Definition").
      if (timeoutMs !== undefined) fields.push("grpc-timeout", formatTimeout(timeoutMs));
      if (metadata !== undefined) appendMetadata(fields, metadata);
      return fields;
    },
  };
}

const userAgent = "grpc-typescript-socket";

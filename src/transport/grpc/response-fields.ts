import type { HeaderFields } from "../http2/http2-stream.ts";
import { appendMetadata } from "./metadata.ts";

/** The header section of an answer (PROTOCOL-HTTP2, "Response-Headers"), with the handler's own fields. */
export function responseFields(metadata: Headers | undefined, isCompressed: boolean): HeaderFields {
  if (metadata === undefined && !isCompressed) return plain;
  const fields = [...plain];
  if (isCompressed) fields.push("grpc-encoding", "gzip");
  if (metadata !== undefined) appendMetadata(fields, metadata);
  return fields;
}

/** A status without an answer: one section is headers and trailers (PROTOCOL-HTTP2, "Trailers-Only"). */
export function trailersOnly(trailers: HeaderFields): HeaderFields {
  return [...plain, ...trailers];
}

const plain: HeaderFields = [":status", "200", "content-type", "application/grpc"];

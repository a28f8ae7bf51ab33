import type { HeaderFields } from "../http2/http2-stream.ts";
import { type SectionLimits, withMetadata } from "../sent-metadata.ts";

/** The header section of an answer (PROTOCOL-HTTP2, "Response-Headers"), with the handler's own fields. */
export function responseFields(
  metadata: Headers | undefined,
  isCompressed: boolean,
  limits: SectionLimits,
): HeaderFields {
  const fields = isCompressed ? compressed : plain;
  return metadata === undefined ? fields : withMetadata(fields, [metadata], limits);
}

/** A status without an answer: one section is headers and trailers (PROTOCOL-HTTP2, "Trailers-Only"). */
export function trailersOnly(trailers: HeaderFields): HeaderFields {
  return [...plain, ...trailers];
}

const plain: HeaderFields = [":status", "200", "content-type", "application/grpc"];
const compressed: HeaderFields = [...plain, "grpc-encoding", "gzip"];

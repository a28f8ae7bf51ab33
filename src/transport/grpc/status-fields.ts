import { Code, ConnectError } from "@connectrpc/connect";
import type { HeaderFields } from "../http2/http2-stream.ts";
import { quoteField } from "../http2/quote-field.ts";
import { cutMessage } from "../sendable-error.ts";
import { hasRoom, type SectionLimits, withMetadata } from "../sent-metadata.ts";
import { findField, toHeaders } from "./metadata.ts";
import { percentDecode, percentEncode } from "./percent-coding.ts";
import { decodeDetails, encodeDetails, toCode } from "./status-details.ts";

/** The trailers of a call that went well, with the handler's own. */
export function okTrailers(metadata: Headers | undefined, limits: SectionLimits): HeaderFields {
  return metadata === undefined ? plainOk : withMetadata(plainOk, [metadata], limits);
}

/**
 * The trailers of a call that failed (PROTOCOL-HTTP2, "Trailers"), with the error's metadata and the handler's own. What
 * the peer has no room for is left out: metadata first, then the details.
 *
 * @param error as `sendableError` gives it
 */
export function errorTrailers(
  error: ConnectError,
  metadata: Headers | undefined,
  limits: SectionLimits,
): HeaderFields {
  const fields = ["grpc-status", String(error.code)];
  if (error.rawMessage !== "") fields.push("grpc-message", percentEncode(error.rawMessage));
  if (error.details.length > 0) {
    const details = ["grpc-status-details-bin", encodeDetails(error)];
    if (hasRoom("the details of an error", [...fields, ...details], limits)) fields.push(...details);
  }
  const sources = metadata === undefined ? [] : [metadata];
  // An error that came from another server says what went wrong there; its metadata was for this side.
  if (!error.isWireError) sources.push(error.metadata);
  return sources.length === 0 ? fields : withMetadata(fields, sources, limits);
}

/** What a status says: `undefined` is OK. */
export interface ReceivedStatus {
  readonly error: ConnectError | undefined;
}

/**
 * The status in a trailer section, or in a header section that ends the stream. `undefined` where there is none.
 * The error's metadata are the section's fields, after those of `before`.
 */
export function readStatus(fields: HeaderFields, before: HeaderFields = []): ReceivedStatus | undefined {
  const status = findField(fields, "grpc-status");
  if (status === undefined) return undefined;
  if (status === "0") return ok;
  const error = receivedError(status, fields);
  const metadata = toHeaders([...before, ...fields]);
  metadata.forEach((value, name) => {
    error.metadata.append(name, value);
  });
  error.isWireError = true;
  return { error };
}

/** For an error that cannot be sent. */
export const fixedTrailers: HeaderFields = [
  "grpc-status",
  String(Code.Internal),
  "grpc-message",
  "the error of the handler cannot be sent: the log of the plugin says why",
];

const plainOk: HeaderFields = ["grpc-status", "0"];
const ok: ReceivedStatus = { error: undefined };

function receivedError(status: string, fields: HeaderFields): ConnectError {
  if (!/^\d+$/.test(status))
    return new ConnectError(`the server's status is ${quoteField(status)}`, Code.Unknown);
  const code = toCode(Number(status));
  const message = percentDecode(findField(fields, "grpc-message") ?? "");
  const details = findField(fields, "grpc-status-details-bin");
  // Kept as it is, but for its length: this side cuts what it sends in the same way.
  const error = new ConnectError(cutMessage(message), code);
  if (details !== undefined) {
    try {
      const detailed = decodeDetails(details);
      if (detailed?.code === code) error.details = detailed.details;
    } catch {
      // The status itself was readable: it is not lost for its details.
    }
  }
  return error;
}

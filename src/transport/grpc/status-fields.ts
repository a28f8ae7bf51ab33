import { Code, type ConnectError } from "@connectrpc/connect";
import { hasNoMetadata, rpcError } from "../../rpc-error.ts";
import type { HeaderFields } from "../http2/http2-stream.ts";
import { quoteField } from "../http2/quote-field.ts";
import { cutMessage } from "../sendable-error.ts";
import { hasRoom, type SectionLimits, withMetadata } from "../sent-metadata.ts";
import { findField, toHeaders } from "./metadata.ts";
import { percentDecode, percentEncode } from "./percent-coding.ts";
import { decodeDetails, encodeDetails, toCode } from "./status-details.ts";

/** The trailers of a successful call, with the handler's own. */
export function okTrailers(metadata: Headers | undefined, limits: SectionLimits): HeaderFields {
  return metadata === undefined ? plainOk : withMetadata(plainOk, [metadata], limits);
}

/**
 * The trailers of a call that failed (PROTOCOL-HTTP2, "Trailers"), with the error's metadata and the handler's own.
 * Parts for which the peer has no room are left out: metadata first, then the details.
 *
 * @param error from `sendableError`
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
  // An error from another server: its metadata was meant for this side, and is not passed on.
  if (!error.isWireError && !hasNoMetadata(error)) sources.push(error.metadata);
  return sources.length === 0 ? fields : withMetadata(fields, sources, limits);
}

/** The error of a status; `undefined` for OK. */
export interface ReceivedStatus {
  readonly error: ConnectError | undefined;
}

/**
 * The status in a trailer section, or in a header section that ends the stream. `undefined` if there is none. The
 * error's metadata are the fields of `before` and of the section.
 */
export function readStatus(fields: HeaderFields, before: HeaderFields = []): ReceivedStatus | undefined {
  const status = findField(fields, "grpc-status");
  if (status === undefined) return undefined;
  if (status === "0") return ok;
  const error = receivedError(status, fields, () => toHeaders([...before, ...fields]));
  error.isWireError = true;
  return { error };
}

/** The fields for an error that cannot be sent. */
export const fixedTrailers: HeaderFields = [
  "grpc-status",
  String(Code.Internal),
  "grpc-message",
  "the error of the handler cannot be sent: the log of the plugin says why",
];

const plainOk: HeaderFields = ["grpc-status", "0"];
const ok: ReceivedStatus = { error: undefined };

function receivedError(status: string, fields: HeaderFields, metadata: () => Headers): ConnectError {
  if (!/^\d+$/.test(status))
    return rpcError(`the server's status is ${quoteField(status)}`, Code.Unknown, { metadata });
  const code = toCode(Number(status));
  const message = percentDecode(findField(fields, "grpc-message") ?? "");
  const details = findField(fields, "grpc-status-details-bin");
  // Unchanged except for its length: this side cuts sent texts in the same way.
  const error = rpcError(cutMessage(message), code, { metadata });
  if (details !== undefined) {
    try {
      const detailed = decodeDetails(details);
      if (detailed?.code === code) error.details = detailed.details;
    } catch {
      // The status itself was readable, so it is kept without the details.
    }
  }
  return error;
}

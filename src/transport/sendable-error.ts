import { create, toBinary } from "@bufbuild/protobuf";
import { Code, type ConnectError } from "@connectrpc/connect";
import { hasNoMetadata, rpcError } from "../rpc-error.ts";
import { isBytes } from "./is-bytes.ts";
import { attempt, isConnectError, textOfThrown } from "./thrown.ts";

/** Bytes of UTF-8; on the wire each may become three. */
const maxMessageBytes = 8 << 10;
/** Type and value of all details together; base64 makes four bytes of three. */
const maxDetailsBytes = 256 << 10;

type Details = ConnectError["details"];
/** An encoded detail. */
type EncodedDetail = { readonly type: string; readonly value: Uint8Array };

/**
 * Makes an error that can be sent from any value that a handler threw. Never throws. A `ConnectError` keeps its code,
 * its text (cut to a length that every peer accepts, with `…`), its metadata and those details that can be encoded; a
 * lone surrogate becomes U+FFFD. Anything else is INTERNAL without its text: it is a defect, and its text may be
 * confidential.
 *
 * @param onLoss called with the reason for each part that could not be kept
 */
export function sendableError(reason: unknown, onLoss: (problem: string) => void = () => {}): ConnectError {
  if (!isConnectError(reason)) {
    return rpcError("internal error", Code.Internal, { cause: reason });
  }
  const text = attempt(() => reason.rawMessage);
  const message = cutMessage(typeof text === "string" ? text : textOfThrown(reason));
  const code = codeOf(reason, onLoss);
  const details = detailsOf(reason, onLoss);
  const isBare = attempt(() => hasNoMetadata(reason)) === true;
  const metadata = isBare ? undefined : metadataOf(reason, onLoss);
  if (
    text === message &&
    attempt(
      () => reason.code === code && (isBare || reason.metadata === metadata) && reason.details === details,
    )
  ) {
    return reason;
  }
  const error = rpcError(message, code, { metadata, details, cause: reason });
  error.isWireError = attempt(() => reason.isWireError) === true;
  return error;
}

function codeOf(error: ConnectError, onLoss: (problem: string) => void): Code {
  const code = attempt(() => error.code);
  if (typeof code === "number" && Code[code] !== undefined) return code;
  onLoss(`the code of an error has to be one of gRPC's, 1 to 16, got ${attempt(() => String(code))}`);
  return Code.Unknown;
}

/** Makes a text well-formed and cuts it to the limit, between characters. */
export function cutMessage(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  // A UTF-16 unit takes at most three bytes.
  if (whole.length * 3 <= maxMessageBytes) return whole;
  // The rest of a long text is not processed.
  const start = whole.length > maxMessageBytes ? whole.slice(0, maxMessageBytes + 1).toWellFormed() : whole;
  const bytes = new TextEncoder().encode(start);
  if (bytes.length <= maxMessageBytes) return whole;
  let end = maxMessageBytes;
  // Not within a character: its later bytes begin with the bits 10.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, end))}…`;
}

/** Encodes the details here, because only encoding shows which ones can be sent. Returns the same list if it is empty. */
function detailsOf(error: ConnectError, onLoss: (problem: string) => void): Details {
  const details = attempt(() => error.details);
  if (!attempt(() => Array.isArray(details)) || details === undefined) {
    onLoss("the details of an error have to be a list, and are left out");
    return [];
  }
  if (details.length === 0) return details;
  const encoded: EncodedDetail[] = [];
  let bytes = 0;
  for (let index = 0; index < details.length; index++) {
    try {
      const detail = encodeDetail(details[index]);
      bytes += detail.type.length + detail.value.length;
      if (bytes > maxDetailsBytes) throw new Error(`they have more than ${maxDetailsBytes} bytes in all`);
      encoded.push(detail);
    } catch (cause) {
      onLoss(`detail ${index} of an error cannot be sent and is left out: ${textOfThrown(cause)}`);
      if (bytes > maxDetailsBytes) break;
    }
  }
  return encoded;
}

function encodeDetail(detail: Details[number] | undefined): EncodedDetail {
  if (typeof detail !== "object" || detail === null) throw new Error("it is not an object");
  if ("desc" in detail) {
    const { desc, value } = detail;
    return { type: desc.typeName, value: toBinary(desc, create(desc, value)) };
  }
  const { type, value } = detail;
  if (typeof type !== "string" || !isBytes(value)) {
    throw new Error("expected a descriptor and a message, or a type name and bytes");
  }
  return { type, value };
}

/** `undefined` if the metadata cannot be read. */
function metadataOf(error: ConnectError, onLoss: (problem: string) => void): Headers | undefined {
  const metadata = attempt(() => error.metadata);
  try {
    // Reads them: a proxy of Headers is an instance too, and throws only here.
    const copy = new Headers(metadata);
    return metadata instanceof Headers ? metadata : copy;
  } catch (cause) {
    onLoss(`the metadata of an error cannot be sent and are left out: ${textOfThrown(cause)}`);
    return undefined;
  }
}

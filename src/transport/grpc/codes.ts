import { Code } from "@connectrpc/connect";
import { ErrorCode } from "../http2/error-codes.ts";

/** What an HTTP status says when there is no gRPC status (gRPC, "HTTP to gRPC Status Code Mapping"). */
export function codeOfHttpStatus(status: string): Code {
  switch (status) {
    case "400":
      return Code.Internal;
    case "401":
      return Code.Unauthenticated;
    case "403":
      return Code.PermissionDenied;
    case "404":
      return Code.Unimplemented;
    case "429":
    case "502":
    case "503":
    case "504":
      return Code.Unavailable;
    default:
      return Code.Unknown;
  }
}

/** What a reset from the server says (PROTOCOL-HTTP2, "Errors"). */
export function codeOfReset(errorCode: number): Code {
  switch (errorCode) {
    case ErrorCode.refusedStream:
      return Code.Unavailable;
    case ErrorCode.enhanceYourCalm:
      return Code.ResourceExhausted;
    case ErrorCode.inadequateSecurity:
      return Code.PermissionDenied;
    // Also from servers that reset their streams so when they go away, as Node's own HTTP/2 does: Go's host says the same.
    case ErrorCode.cancel:
      return Code.Canceled;
    // A stream that just ends, before it has an answer.
    case ErrorCode.noError:
      return Code.Unavailable;
    default:
      return Code.Internal;
  }
}

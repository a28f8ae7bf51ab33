import { Code } from "@connectrpc/connect";
import { ErrorCode } from "../http2/error-codes.ts";

/** The code for an HTTP status without a gRPC status (gRPC, "HTTP to gRPC Status Code Mapping"). */
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

/** The code for a reset by the server (PROTOCOL-HTTP2, "Errors"). */
export function codeOfReset(errorCode: number): Code {
  switch (errorCode) {
    case ErrorCode.refusedStream:
      return Code.Unavailable;
    case ErrorCode.enhanceYourCalm:
      return Code.ResourceExhausted;
    case ErrorCode.inadequateSecurity:
      return Code.PermissionDenied;
    // Also when a server resets its streams with it at its end, as Node's HTTP/2 does: Go's host reports the same.
    case ErrorCode.cancel:
      return Code.Canceled;
    // A stream that ends without an error before it has an answer.
    case ErrorCode.noError:
      return Code.Unavailable;
    default:
      return Code.Internal;
  }
}

import { errorLinks, read } from "./error-links.ts";

/** What an error of the runtime means, as far as the source and the status of an answer depend on it. */
export type ErrorKind =
  | "cancelled"
  | "certificate"
  | "closed"
  | "connection"
  | "name-not-found"
  | "permission"
  | "refused"
  | "timeout";

/** Connect's codes; the package itself is not loaded for them. */
const [canceled, deadlineExceeded] = [1, 4];

/** Literals, which cost a start less than a map does. */
const byCode: Readonly<Record<string, ErrorKind>> = {
  ABORT_ERR: "cancelled",
  UND_ERR_ABORTED: "cancelled",
  ETIMEDOUT: "timeout",
  ESOCKETTIMEDOUT: "timeout",
  ERR_SOCKET_CONNECTION_TIMEOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  ECONNREFUSED: "refused",
  ECONNRESET: "connection",
  EHOSTUNREACH: "connection",
  ENETUNREACH: "connection",
  // The name does not exist. EAI_AGAIN is not here: the resolver did not answer, which says nothing about the name.
  ENOTFOUND: "name-not-found",
  ENODATA: "name-not-found",
  // The peer closed the connection before the answer was complete.
  UND_ERR_SOCKET: "closed",
  EACCES: "permission",
  EPERM: "permission",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate",
};

/** The results of OpenSSL's verification, by the names that Node gives them. */
const certificateCodes: readonly unknown[] = [
  "CERT_CHAIN_TOO_LONG",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "CRL_HAS_EXPIRED",
  "CRL_NOT_YET_VALID",
  "CRL_SIGNATURE_FAILURE",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERROR_IN_CERT_NOT_AFTER_FIELD",
  "ERROR_IN_CERT_NOT_BEFORE_FIELD",
  "ERROR_IN_CRL_LAST_UPDATE_FIELD",
  "ERROR_IN_CRL_NEXT_UPDATE_FIELD",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
  "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
  "UNABLE_TO_DECRYPT_CRL_SIGNATURE",
  "UNABLE_TO_GET_CRL",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

/** The kinds of an error and of what it wraps, the outermost first. Never throws. */
export function errorKinds(error: unknown): readonly ErrorKind[] {
  return errorLinks(error).flatMap((link) => kindOf(link) ?? []);
}

function kindOf(link: Readonly<Record<string, unknown>>): ErrorKind | undefined {
  const [name, code] = [read(link, "name"), read(link, "code")];
  if (name === "TimeoutError") return "timeout";
  if (name === "AbortError") return "cancelled";
  if (name === "ConnectError") {
    if (code === canceled) return "cancelled";
    return code === deadlineExceeded ? "timeout" : undefined;
  }
  if (certificateCodes.includes(code)) return "certificate";
  return typeof code === "string" && Object.hasOwn(byCode, code) ? byCode[code] : undefined;
}

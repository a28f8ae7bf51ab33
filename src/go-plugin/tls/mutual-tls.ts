import type { OwnCertificate } from "./build-certificate.ts";

/**
 * The TLS material of one side for mutual TLS, for dialling and listening: its own certificate and key, and the
 * certificate of the other side that it trusts; a host may have sent several, concatenated. All in PEM.
 */
export interface MutualTls extends OwnCertificate {
  readonly peerCertificate: string;
}

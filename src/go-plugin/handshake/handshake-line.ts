import { PluginError } from "../../errors.ts";
import { quoteText } from "../../option-checks.ts";

/** Version of go-plugin's own protocol, field 1 of the handshake line. There has only been 1. */
export const coreProtocolVersion = 1;

/** The longest handshake line that a go-plugin host reads, in bytes. */
export const maxHandshakeLineBytes = 65_536;

/** A field 6 of this many characters or fewer is not a certificate but a leftover of go-plugin before 1.0. */
const longestNonCertificate = 50;

/** The texts that Go's strconv.ParseBool reads as true. */
const trueWords: ReadonlySet<string> = new Set(["1", "t", "T", "true", "TRUE", "True"]);

/** The first line that a plugin prints to stdout, parsed. */
export interface HandshakeLine {
  /** The handshake version that the plugin chose. */
  readonly protocolVersion: number;
  readonly network: "unix" | "tcp";
  /** Path of the unix socket, or `host:port`; the host may be empty (`:1234`), which means this machine. */
  readonly address: string;
  /** The plugin's certificate: DER in standard base64 without padding; absent without TLS. */
  readonly serverCertificate?: string | undefined;
  /** The plugin multiplexes its broker over the first connection. */
  readonly multiplexing?: boolean | undefined;
}

/**
 * Parses a handshake line, such as `1|2|unix|/tmp/plugin42|grpc|`.
 *
 * Fields: core version, protocol major, network, address, then optionally the RPC protocol, the server certificate and
 * broker multiplexing. A missing RPC protocol means net/rpc, which no Grafana plugin speaks. Blanks around the line and
 * fields after the seventh are ignored. Blanks and numbers are those that Go accepts: a byte order mark before the line
 * makes it invalid.
 *
 * @throws PluginError `handshake_invalid` (too few fields, or one that cannot be read),
 *   `core_version_mismatch`, `network_unsupported`, `rpc_protocol_unsupported`.
 * @see hashicorp/go-plugin client.go, Client.Start (v1.8.0)
 */
export function parseHandshakeLine(text: string): HandshakeLine {
  // What Go's strings.TrimSpace removes; `trim` would also remove a byte order mark, and keep U+0085. Not at the top of the
  // module: the class costs half a millisecond of each start, of plugins too, which parse no line.
  const line = text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");
  const [core, version, network, address, rpcProtocol, certificate, multiplexing] = line.split("|");
  if (core === undefined || version === undefined || network === undefined || address === undefined) {
    throw new PluginError(
      "handshake_invalid",
      `expected a handshake line such as "1|2|unix|/tmp/plugin|grpc|" first on stdout, got ${quote(line)}: ` +
        "the executable is not a go-plugin plugin, or it printed something else first",
    );
  }
  if (parseVersion(core, "core version", line) !== coreProtocolVersion) {
    throw new PluginError(
      "core_version_mismatch",
      `expected go-plugin core version ${coreProtocolVersion}, got ${quote(core)}: rebuild the plugin with a current go-plugin`,
    );
  }
  const protocolVersion = parseVersion(version, "protocol version", line);
  if (network !== "unix" && network !== "tcp") {
    throw new PluginError(
      "network_unsupported",
      `expected network "unix" or "tcp" in the handshake line, got ${quote(network)}`,
    );
  }
  if (address === "") {
    throw new PluginError("handshake_invalid", `the handshake line ${quote(line)} has an empty address`);
  }
  if (rpcProtocol !== "grpc") {
    const seen = rpcProtocol === undefined || rpcProtocol === "" ? "netrpc" : rpcProtocol;
    throw new PluginError(
      "rpc_protocol_unsupported",
      `expected a plugin that speaks "grpc", got ${quote(seen)}: set GRPCServer in the plugin's ServeConfig`,
    );
  }
  return {
    protocolVersion,
    network,
    address,
    serverCertificate:
      certificate !== undefined && certificate.length > longestNonCertificate ? certificate : undefined,
    multiplexing: multiplexing !== undefined && trueWords.has(multiplexing),
  };
}

/**
 * Formats a handshake line, without the line feed. Always prints field 6, as go-plugin does, and
 * field 7 only when multiplexing is on: hosts before go-plugin 1.6 misread a seventh field.
 *
 * Pass a certificate only when the host sent `PLUGIN_CLIENT_CERT`: a Go host without TLS crashes on one.
 *
 * @throws PluginError `invalid_option` for an address that would break the line.
 */
export function formatHandshakeLine(line: HandshakeLine): string {
  if (/[|\r\n]/.test(line.address) || line.address === "") {
    throw new PluginError(
      "invalid_option",
      `address must be non-empty and without "|" or line breaks, got ${quote(line.address)}`,
    );
  }
  const fields = [
    coreProtocolVersion,
    line.protocolVersion,
    line.network,
    line.address,
    "grpc",
    line.serverCertificate ?? "",
  ];
  if (line.multiplexing === true) fields.push("true");
  return fields.join("|");
}

function parseVersion(text: string, what: string, line: string): number {
  if (!/^\+?0*\d{1,9}$/.test(text)) {
    throw new PluginError(
      "handshake_invalid",
      `expected a whole number as ${what} in the handshake line ${quote(line)}, got ${quote(text)}${hint(text)}`,
    );
  }
  return Number(text);
}

/** What to do about a byte order mark, which an editor does not show. */
function hint(text: string): string {
  return text.startsWith("\ufeff")
    ? " with a byte order mark (U+FEFF) before it: print the line without one"
    : "";
}

/** The output of a broken plugin can be of any length. */
function quote(text: string): string {
  return quoteText(text, 200);
}

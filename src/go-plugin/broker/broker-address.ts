import { PluginError } from "../../errors.ts";
import { quoteText } from "../../option-checks.ts";
import { parseTcpAddress } from "../socket-address.ts";

/** An address as the other side wrote it. */
export interface AnnouncedAddress {
  readonly network: string;
  readonly address: string;
}

/** Where a brokered server listens. */
export type BrokeredAddress =
  | { readonly network: "unix"; readonly path: string }
  | { readonly network: "tcp"; readonly host: string; readonly port: number };

/** Characters of an announced address that are kept. A unix path and a host name have fewer. */
const maxAddressChars = 1024;

/** What is kept of an announcement: without fields that this side does not know, and without texts of many megabytes. */
export function announcedAddress({ network, address }: AnnouncedAddress): AnnouncedAddress {
  return { network: cut(network), address: cut(address) };
}

/** One character more than allowed, so that the text stays invalid. Copied, because a slice keeps the whole text. */
function cut(text: string): string {
  return text.length <= maxAddressChars ? text : Buffer.from(text.slice(0, maxAddressChars + 1)).toString();
}

/**
 * Reads an announced address. An empty host means this machine.
 *
 * @throws PluginError `dial_failed` for a network other than `unix` and `tcp`, and for an address that is not valid for
 *   it.
 */
export function parseBrokeredAddress({ network, address }: AnnouncedAddress): BrokeredAddress {
  const isShort = address.length <= maxAddressChars;
  if (network === "unix" && address !== "" && isShort) return { network, path: address };
  const tcp = isShort ? parseTcpAddress(address) : undefined;
  if (network !== "tcp" || tcp === undefined || tcp.port < 1 || tcp.port > 65_535) {
    throw new PluginError(
      "dial_failed",
      `expected the other side to announce a unix path or a tcp address with a port, got ${quoteText(network, 40)} ` +
        quoteText(address, 300),
    );
  }
  return { network, ...tcp };
}

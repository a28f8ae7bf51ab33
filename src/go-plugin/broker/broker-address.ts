import { PluginError } from "../../errors.ts";
import { parseTcpAddress } from "../socket-address.ts";

/** Where a brokered server listens. */
export type BrokeredAddress =
  | { readonly network: "unix"; readonly path: string }
  | { readonly network: "tcp"; readonly host: string; readonly port: number };

/**
 * Reads an announced address. An empty host means this machine.
 *
 * @throws PluginError `dial_failed` for a network other than `unix` and `tcp`, and for an address that is not valid for
 *   it.
 */
export function parseBrokeredAddress(announced: {
  readonly network: string;
  readonly address: string;
}): BrokeredAddress {
  const { network, address } = announced;
  if (network === "unix" && address !== "") return { network, path: address };
  const tcp = parseTcpAddress(address);
  if (network !== "tcp" || tcp === undefined || tcp.port < 1 || tcp.port > 65_535) {
    throw new PluginError(
      "dial_failed",
      `expected the other side to announce a unix path or a tcp address with a port, got ${JSON.stringify(network)} ` +
        JSON.stringify(address),
    );
  }
  return { network, ...tcp };
}

import { PluginError } from "../../errors.ts";

/** Where a brokered server listens. */
export type BrokeredAddress =
  | { readonly network: "unix"; readonly path: string }
  | { readonly network: "tcp"; readonly host: string; readonly port: number };

/** The address in the form in which one side announces it to the other. */
export function formatBrokeredAddress(address: BrokeredAddress): {
  readonly network: "unix" | "tcp";
  readonly address: string;
} {
  if (address.network === "unix") return { network: "unix", address: address.path };
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return { network: "tcp", address: `${host}:${address.port}` };
}

/**
 * Reads an announced address. An empty host means this machine.
 *
 * @throws PluginError `dial_failed` for a network other than `unix` and `tcp`, and for what is no address of it.
 */
export function parseBrokeredAddress(announced: {
  readonly network: string;
  readonly address: string;
}): BrokeredAddress {
  const { network, address } = announced;
  if (network === "unix" && address !== "") return { network, path: address };
  const [, host = "", port = ""] = /^(.*):(\d{1,5})$/.exec(address) ?? [];
  if (network !== "tcp" || Number(port) < 1 || Number(port) > 65_535) {
    throw new PluginError(
      "dial_failed",
      `expected the other side to announce a unix path or a tcp address with a port, got ${JSON.stringify(network)} ` +
        JSON.stringify(address),
    );
  }
  return { network, host: host === "" ? "127.0.0.1" : host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

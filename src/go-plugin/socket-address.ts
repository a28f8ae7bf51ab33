/** Parses `host:port`; an empty host means this machine. `undefined` for anything else; the port may be out of range. */
export function parseTcpAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, host, port] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined) return undefined;
  return { host: host === "" ? "127.0.0.1" : host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

/** Network and address of a socket, as in a handshake line and in messages of the broker. */
export function formatAddress(
  address:
    | { readonly network: "unix"; readonly path: string }
    | { readonly network: "tcp"; readonly host: string; readonly port: number },
): { readonly network: "unix" | "tcp"; readonly address: string } {
  if (address.network === "unix") return { network: "unix", address: address.path };
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return { network: "tcp", address: `${host}:${address.port}` };
}

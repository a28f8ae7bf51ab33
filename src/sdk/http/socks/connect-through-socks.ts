import type { Socket } from "node:net";

/** What a SOCKS5 proxy is asked for. */
export interface SocksTarget {
  /** A name, which the proxy resolves, or an IP address, an IPv6 one without brackets. */
  readonly host: string;
  readonly port: number;
  /** With 1 to 255 bytes, and a password of at most 255 bytes. */
  readonly user: string;
  readonly password: string;
}

/**
 * Asks a SOCKS5 proxy (RFC 1928, RFC 1929) on an open socket to connect to a server. Afterwards the socket's bytes are
 * those of the server. Offers the methods "none" and "user and password", as the Go SDK does.
 *
 * @throws Error when the proxy refuses, answers something else, or closes the socket. The message names the reply of the
 *   proxy, which has a code of the system where there is an equal one: `ECONNREFUSED`, `EHOSTUNREACH`, `ENETUNREACH`.
 *   The caller destroys the socket then.
 */
export async function connectThroughSocks(socket: Socket, target: SocksTarget): Promise<void> {
  const user = Buffer.from(target.user);
  const password = Buffer.from(target.password);
  if (user.length === 0 || user.length > 255 || password.length > 255) {
    throw new Error(
      `the secure SOCKS proxy needs a user of 1 to 255 bytes and a password of at most 255, got ${user.length} and ${password.length}: correct secureSocksProxyUsername and secureSocksProxyPassword`,
    );
  }

  socket.write(Uint8Array.of(version, 2, methods.none, methods.password));
  const [seen, method] = await read(socket, 2);
  if (seen !== version) {
    throw new Error(`expected a SOCKS5 proxy, and it answers with version ${seen}: check its address`);
  }
  if (method === methods.password) {
    socket.write(
      Buffer.concat([Uint8Array.of(1, user.length), user, Uint8Array.of(password.length), password]),
    );
    const [, status] = await read(socket, 2);
    if (status !== 0) {
      throw new Error(
        `the secure SOCKS proxy refuses user ${JSON.stringify(target.user)}: check the user and the password`,
      );
    }
  } else if (method !== methods.none) {
    throw new Error(`the secure SOCKS proxy accepts neither "no authentication" nor "user and password"`);
  }

  socket.write(connectRequest(target));
  const [, reply = 0, , addressType = 0] = await read(socket, 4);
  if (reply !== 0) throw refusal(reply, target);
  const addressBytes = addressType === 3 ? ((await read(socket, 1))[0] ?? 0) : addressType === 4 ? 16 : 4;
  await read(socket, addressBytes + 2);
}

const version = 5;
const methods = { none: 0, password: 2 } as const;

function connectRequest({ host, port }: SocksTarget): Buffer {
  const { isIP } = process.getBuiltinModule("node:net");
  const kind = isIP(host);
  let address: Uint8Array;
  if (kind === 4) address = Uint8Array.of(1, ...host.split(".").map(Number));
  else if (kind === 6) address = Uint8Array.of(4, ...ipv6Bytes(host));
  else {
    const name = Buffer.from(host);
    if (name.length > 255)
      throw new Error(`a SOCKS5 proxy takes names of at most 255 bytes, got ${name.length}`);
    address = Buffer.concat([Uint8Array.of(3, name.length), name]);
  }
  return Buffer.concat([Uint8Array.of(version, 1, 0), address, Uint8Array.of(port >> 8, port & 255)]);
}

/** `URL` writes the shortest form, without embedded IPv4. */
function ipv6Bytes(host: string): number[] {
  const groups = new URL(`http://[${host}]/`).hostname.slice(1, -1).split("::");
  const toBytes = (text: string | undefined): number[] =>
    (text ?? "")
      .split(":")
      .filter((group) => group !== "")
      .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  const [head, tail] = [toBytes(groups[0]), toBytes(groups[1])];
  return [...head, ...Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

const replies: Readonly<Record<number, readonly [text: string, code?: string]>> = {
  1: ["general failure"],
  2: ["connection not allowed by its rules"],
  3: ["network unreachable", "ENETUNREACH"],
  4: ["host unreachable", "EHOSTUNREACH"],
  5: ["connection refused", "ECONNREFUSED"],
  6: ["time to live expired"],
  7: ["command not supported"],
  8: ["address type not supported"],
};

function refusal(reply: number, { host, port }: SocksTarget): Error {
  const [text, code] = replies[reply] ?? [`unknown code ${reply}`];
  const error = new Error(`the secure SOCKS proxy cannot connect to ${host}:${port}: ${text}`);
  return code === undefined ? error : Object.assign(error, { code });
}

/** Reads exactly so many bytes and leaves the rest in the socket. */
function read(socket: Socket, bytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (error: Error | undefined, seen?: Buffer): void => {
      for (const [event, listener] of listeners) socket.off(event, listener);
      if (seen !== undefined) resolve(seen);
      else reject(error);
    };
    const closed = (): void =>
      settle(new Error("the secure SOCKS proxy closed the connection before it answered: check its log"));
    const tryRead = (): void => {
      const seen: Buffer | null = socket.read(bytes);
      if (seen?.length === bytes) settle(undefined, seen);
      else if (seen !== null || socket.destroyed) closed();
    };
    const listeners = [
      ["readable", tryRead],
      ["end", closed],
      ["close", closed],
      ["error", (error: Error) => settle(error)],
    ] as const;
    for (const [event, listener] of listeners) socket.on(event, listener);
    tryRead();
  });
}

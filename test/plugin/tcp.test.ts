import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { suite, type TestContext, test } from "node:test";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { cookie, errorRecord, query, serve, shutDown, startFixture } from "../helpers/served-fixture.ts";
import { until } from "../helpers/until.ts";

suite("a plugin on TCP", () => {
  test("a plugin on TCP takes the first free port of the host's range", async (t) => {
    const [first, second] = await occupy(t);
    await close(second.server);

    const served = await serve(t, range(first.port, second.port), "--network", "tcp");

    assert.deepEqual(served.address, { network: "tcp", host: "127.0.0.1", port: second.port });
    await query(served.transport);
    await shutDown(served);
  });

  test("a plugin on TCP takes any port when the host gives none", async (t) => {
    const served = await serve(t, {}, "--network", "tcp");

    assert.equal(served.address.network, "tcp");
    await shutDown(served);
  });

  test("a plugin on TCP exits 1 when no port is free", async (t) => {
    await privateTmp(t);
    const [first, second] = await occupy(t);
    const program = startFixture(t, { ...cookie, ...range(first.port, second.port) }, "--network", "tcp");

    assert.deepEqual(await program.ended, { code: 1, signal: null });
    assert.match(String(errorRecord(program)?.fields["error"]), /EADDRINUSE.*: check .*PLUGIN_MIN_PORT/);
  });

  test("a plugin on TCP exits 1 for a range that is empty", async (t) => {
    await privateTmp(t);
    const program = startFixture(t, { ...cookie, ...range(2000, 1000) }, "--network", "tcp");

    assert.deepEqual(await program.ended, { code: 1, signal: null });
    assert.match(String(errorRecord(program)?.fields["error"]), /^the host gave an empty port range/);
  });
});

interface Occupied {
  readonly server: Server;
  readonly port: number;
}

/** Two neighbouring ports that are taken until the test ends. */
async function occupy(t: TestContext): Promise<[Occupied, Occupied]> {
  return until("two neighbouring ports are free", async () => {
    const first = await listen(0);
    const second = await listen((first?.port ?? 0) + 1);
    if (first !== undefined && second !== undefined) {
      atEnd(t, () => Promise.all([close(first.server), close(second.server)]));
      return [first, second];
    }
    if (first !== undefined) await close(first.server);
    return undefined;
  });
}

function listen(port: number): Promise<Occupied | undefined> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? { server, port: address.port } : undefined);
    });
    server.once("error", () => resolve(undefined));
  });
}

async function close(server: Server): Promise<void> {
  if (server.listening) await new Promise((resolve) => server.close(resolve));
}

function range(min: number, max: number): Record<string, string> {
  return { PLUGIN_MIN_PORT: String(min), PLUGIN_MAX_PORT: String(max) };
}

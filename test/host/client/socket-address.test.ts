import assert from "node:assert/strict";
import { test } from "node:test";
import { toSocketAddress } from "../../../src/host/client/socket-address.ts";

test("a unix address is a path, whatever it holds", () => {
  assert.deepEqual(toSocketAddress({ network: "unix", address: "/tmp/a:1" }), {
    network: "unix",
    path: "/tmp/a:1",
  });
});

const hosts = { "127.0.0.1:1": "127.0.0.1", "localhost:1": "localhost", ":1": "127.0.0.1", "[::1]:1": "::1" };
for (const [address, host] of Object.entries(hosts)) {
  test(`the TCP address ${address} has the host ${host}`, () => {
    assert.deepEqual(toSocketAddress({ network: "tcp", address }), { network: "tcp", host, port: 1 });
  });
}

for (const address of ["127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x", "1:-2"]) {
  test(`the TCP address ${address} is refused`, () => {
    assert.throws(() => toSocketAddress({ network: "tcp", address }), { code: "handshake_invalid" });
  });
}

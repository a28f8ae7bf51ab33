import assert from "node:assert/strict";
import { test } from "node:test";
import { readLine } from "../../../../src/cli/conformance/process/read-line.ts";

test("the handshake line is found behind other lines, when it is whole", () => {
  const stdout = "starting\n1|2|unix|/tmp/a|grpc|\nmore";

  const line = readLine(stdout);

  assert.equal(line?.before, "starting\n");
  assert.equal(line.major, 2);
  assert.deepEqual(line.address, { network: "unix", path: "/tmp/a" });
  assert.equal(readLine("1|2|unix|/tmp/a|grpc|"), undefined);
  assert.equal(readLine("1|2|carrier-pigeon|a|grpc|\n"), undefined);
});

test("a TCP address may have no host, and an IPv6 one in brackets", () => {
  const address = (text: string) => readLine(`1|2|tcp|${text}|grpc\n`)?.address;

  assert.deepEqual(address(":1234"), { network: "tcp", host: "127.0.0.1", port: 1234 });
  assert.deepEqual(address("[::1]:1234"), { network: "tcp", host: "::1", port: 1234 });
});

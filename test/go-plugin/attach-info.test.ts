import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { PluginError } from "grafana-plugin-protocol";
import { type AttachInfo, formatAttachInfo, parseAttachInfo } from "grafana-plugin-protocol/go-plugin";

const info: AttachInfo = { protocolVersion: 2, network: "unix", address: "/tmp/plugin1", pid: 7, test: true };
const printed =
  '{"Protocol":"grpc","ProtocolVersion":2,"Pid":7,"Test":true,"Addr":{"Network":"unix","String":"/tmp/plugin1"}}';

suite("attach info", () => {
  test("attach info is printed as Terraform's providers print it", () => {
    assert.equal(formatAttachInfo(info), printed);
    assert.equal(
      formatAttachInfo({ protocolVersion: 1, network: "tcp", address: ":1" }),
      '{"Protocol":"grpc","ProtocolVersion":1,"Test":false,"Addr":{"Network":"tcp","String":":1"}}',
    );
  });

  test("attach info is read in that form, under a name, and as plain JSON", () => {
    for (const text of [printed, `{"registry.example/a/b":${printed}}`, JSON.stringify(info)]) {
      assert.deepEqual(parseAttachInfo(text), info);
    }
    assert.deepEqual(parseAttachInfo('{"protocolVersion":2,"network":"tcp","address":":1"}'), {
      protocolVersion: 2,
      network: "tcp",
      address: ":1",
    });
  });

  test("attach info takes process id 0, Go's way to say none, for none", () => {
    assert.equal(parseAttachInfo(printed.replace('"Pid":7', '"Pid":0')).pid, undefined);
  });

  const wrong: readonly [string, string, RegExp][] = [
    ["text", "plugin", /expected attach info as JSON, got plugin/],
    ["a list", "[]", /expected an object as attach info/],
    ["null", "null", /expected an object as attach info/],
    ["net/rpc", printed.replace("grpc", "netrpc"), /the protocol "grpc".*got "netrpc"/],
    ["no version", printed.replace('"ProtocolVersion":2,', ""), /a protocol version from 1 on.*got none/],
    ["version 0", printed.replace(":2", ":0"), /a protocol version from 1 on.*got 0/],
    ["a foreign network", printed.replace('"unix"', '"udp"'), /"unix" or "tcp".*got "udp"/],
    ["no address", printed.replace('"/tmp/plugin1"', '""'), /an address.*got ""/],
    ["no Addr object", printed.replace(/"Addr":.*/, '"Addr":"x"}'), /an object as Addr.*got "x"/],
    ["a process group", printed.replace("7", "-7"), /a process id.*got -7/],
    ["a test that is no boolean", printed.replace("true", '"yes"'), /true or false as test.*got "yes"/],
  ];
  for (const [name, text, message] of wrong) {
    test(`attach info is refused: ${name}`, () => {
      assert.throws(
        () => parseAttachInfo(text),
        (error) =>
          error instanceof PluginError && error.code === "invalid_option" && message.test(error.message),
      );
    });
  }
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { type DescMessage, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { ProtocolMajor } from "grafana-plugin-protocol";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import type { GoAnswer, GoCall } from "./simple-json/call-plugin.ts";

/** Makes calls one after the other. */
export type CallExample = (...calls: readonly GoCall[]) => Promise<readonly GoAnswer[]>;

/** A host that starts examples. */
export interface ExampleHost {
  readonly name: string;
  /** Why it cannot run, or false. */
  readonly skip: string | false;
  /** Starts a plugin, which the end of the test stops. */
  start(t: TestContext, command: string, major: 1 | 2): Promise<CallExample>;
}

/** The host of this package, and one of the official Go modules. Both answer in ProtoJSON. */
export async function exampleHosts(): Promise<readonly ExampleHost[]> {
  const go = await buildGoPeers();
  return [
    { name: "the host of this package", skip: false, start: startWithOurs },
    {
      name: "a Go host",
      skip: go === undefined ? withoutGo : false,
      start: async (t, command, major) => startWithGo(t, go?.call ?? "", [`-major=${major}`, "--", command]),
    },
  ];
}

/** The program `call` answers each line with a line. */
function startWithGo(t: TestContext, host: string, args: readonly string[]): CallExample {
  const child = spawn(host, args, { stdio: "pipe" });
  const log = text(child.stderr);
  const closed = once(child, "close");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  atEnd(t, async () => {
    child.stdin.end();
    await closed;
  });
  return async (...calls) => {
    const answers: GoAnswer[] = [];
    for (const call of calls) {
      child.stdin.write(`${JSON.stringify(call)}\n`);
      const { value, done } = await lines.next();
      if (done === true) {
        throw new Error(`the Go host call: expected an answer to ${call.method}, and it ended: ${await log}`);
      }
      answers.push(JSON.parse(value) as GoAnswer);
    }
    return answers;
  };
}

async function startWithOurs(t: TestContext, command: string, major: 1 | 2): Promise<CallExample> {
  const contract: ProtocolMajor = major === 1 ? v1 : v2;
  const plugin = await launchPlugin({ command, protocols: [contract] });
  atEnd(t, () => plugin.close());
  return async (...calls) => {
    const answers: GoAnswer[] = [];
    for (const { method, request } of calls) {
      answers.push(await callMethod(contract, plugin as unknown as AnyPlugin, method, request as JsonValue));
    }
    return answers;
  };
}

type AnyPlugin = Readonly<Record<string, Readonly<Record<string, (message: unknown) => unknown>>>>;

async function callMethod(
  { services }: ProtocolMajor,
  plugin: AnyPlugin,
  path: string,
  request: JsonValue,
): Promise<GoAnswer> {
  const messages: JsonValue[] = [];
  const [name, service] =
    Object.entries(services).find(([, { typeName }]) => path.startsWith(`/${typeName}/`)) ?? [];
  const method = service?.methods.find((each) => path.endsWith(`/${each.name}`));
  if (name === undefined || method === undefined) {
    throw new Error(`expected a method of the major, got ${path}`);
  }
  const output: DescMessage = method.output;
  try {
    const answer = plugin[name]?.[method.localName]?.(fromJson(method.input, request));
    const all = method.methodKind === "unary" ? [await answer] : (answer as AsyncIterable<unknown>);
    for await (const message of all) messages.push(toJson(output, message as never));
    return { messages };
  } catch (reason) {
    const { code, rawMessage } = ConnectError.from(reason);
    return { messages, code: Code[code], error: rawMessage };
  }
}

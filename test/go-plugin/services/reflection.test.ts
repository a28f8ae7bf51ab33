import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  createFileRegistry,
  type DescFile,
  type DescMessage,
  type DescService,
  fromBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type Client, createClient } from "@connectrpc/connect";
import { v1 } from "grafana-plugin-protocol/v1";
import { rendererServices, v2 } from "grafana-plugin-protocol/v2";
import {
  type ServerReflectionResponse,
  ServerReflection as V1,
} from "../../../gen/es/go-plugin/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as V1Alpha } from "../../../gen/es/go-plugin/grpc/reflection/v1alpha/reflection_pb.js";
import { createPluginServices } from "../../../src/go-plugin/services/plugin-services.ts";
import { connectedPair } from "../../helpers/connected-pair.ts";

const services: readonly DescService[] = [
  ...Object.values(v2.services),
  ...Object.values(v1.services),
  ...Object.values(rendererServices),
];
const goPluginServices = [
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
  "plugin.GRPCBroker",
  "plugin.GRPCController",
  "plugin.GRPCStdio",
];
type Question =
  Parameters<Client<typeof V1>["serverReflectionInfo"]>[0] extends AsyncIterable<infer Init> ? Init : never;

for (const [name, reflection] of [
  ["v1", V1],
  ["v1alpha", V1Alpha],
] as const) {
  // The two differ in nothing but the name of their package.
  suite(`reflection ${name}`, () => {
    test(`reflection ${name} lists the plugin's services and go-plugin's`, async (t) => {
      const { connection } = await connectedPair(t, createPluginServices({ services, onShutdown: () => {} }));
      const client = createClient(reflection as typeof V1, connection.transport);

      const [answer] = await ask(client, [{ messageRequest: { case: "listServices", value: "" } }]);

      assert.equal(answer?.messageResponse.case, "listServicesResponse");
      assert.deepEqual(
        answer.messageResponse.value.service.map((service) => service.name),
        [...services.map((service) => service.typeName), ...goPluginServices].sort(),
      );
    });

    test(`reflection ${name} resolves every symbol to a set of files that stands alone and has it`, async (t) => {
      const { connection } = await connectedPair(t, createPluginServices({ services, onShutdown: () => {} }));
      const client = createClient(reflection as typeof V1, connection.transport);
      const symbols = symbolsOf(services.map((service) => service.file));

      const answers = await ask(
        client,
        symbols.map((value) => ({ messageRequest: { case: "fileContainingSymbol" as const, value } })),
      );

      assert.equal(answers.length, symbols.length);
      answers.forEach(({ messageResponse }, index) => {
        const symbol = symbols[index] as string;
        assert.equal(messageResponse.case, "fileDescriptorResponse", symbol);
        const file = messageResponse.value.fileDescriptorProto.map((bytes) =>
          fromBinary(FileDescriptorProtoSchema, bytes),
        );
        const registry = createFileRegistry({ ...emptySet(), file });
        assert.ok(symbolsOf([...registry.files]).includes(symbol), symbol);
      });
    });

    test(`reflection ${name} gives a file by its name with all that it imports`, async (t) => {
      const { connection } = await connectedPair(t, createPluginServices({ services, onShutdown: () => {} }));
      const client = createClient(reflection as typeof V1, connection.transport);
      const { name } = services[0]?.file.proto ?? {};

      const [answer] = await ask(client, [{ messageRequest: { case: "fileByFilename", value: name ?? "" } }]);

      assert.equal(answer?.messageResponse.case, "fileDescriptorResponse");
      const [first] = answer.messageResponse.value.fileDescriptorProto;
      assert.equal(fromBinary(FileDescriptorProtoSchema, first ?? new Uint8Array()).name, name);
    });

    test(`reflection ${name} answers what it does not know with NOT_FOUND and goes on`, async (t) => {
      const { connection } = await connectedPair(t, createPluginServices({ services, onShutdown: () => {} }));
      const client = createClient(reflection as typeof V1, connection.transport);

      const answers = await ask(client, [
        { host: "h", messageRequest: { case: "fileContainingSymbol", value: "no.such.Symbol" } },
        { messageRequest: { case: "fileByFilename", value: "no/such.proto" } },
        { messageRequest: { case: "allExtensionNumbersOfType", value: "pluginv2.DataQuery" } },
        {
          messageRequest: {
            case: "fileContainingExtension",
            value: { containingType: "x", extensionNumber: 1 },
          },
        },
        {},
        { messageRequest: { case: "listServices", value: "" } },
      ]);

      assert.deepEqual(
        answers.map(({ messageResponse }) => messageResponse.case),
        [...Array<string>(5).fill("errorResponse"), "listServicesResponse"],
      );
      assert.equal(answers[0]?.validHost, "h");
      for (const { messageResponse } of answers.slice(0, 5)) {
        assert.equal(messageResponse.case === "errorResponse" && messageResponse.value.errorCode, 5);
      }
    });
  });
}

async function ask(client: Client<typeof V1>, questions: readonly Question[]) {
  const answers: ServerReflectionResponse[] = [];
  for await (const answer of client.serverReflectionInfo(questionsOf(questions))) answers.push(answer);
  return answers;
}

async function* questionsOf(questions: readonly Question[]): AsyncGenerator<Question> {
  yield* questions;
}

function emptySet() {
  return { $typeName: FileDescriptorSetSchema.typeName } as const;
}

/** The full names of all that the files declare, fields and enum values too. */
function symbolsOf(files: readonly DescFile[]): string[] {
  const names = new Set<string>();
  const visit = (message: DescMessage): void => {
    names.add(message.typeName);
    for (const field of message.fields) names.add(`${message.typeName}.${field.name}`);
    for (const oneof of message.oneofs) names.add(`${message.typeName}.${oneof.name}`);
    message.nestedMessages.forEach(visit);
    message.nestedEnums.forEach(visitEnum);
  };
  const visitEnum = ({ typeName, values }: DescFile["enums"][number]): void => {
    names.add(typeName);
    // An enum's values are siblings of the enum.
    const scope = typeName.split(".").slice(0, -1).join(".");
    for (const value of values) names.add(`${scope}.${value.name}`);
  };
  for (const file of new Set(files)) {
    file.messages.forEach(visit);
    file.enums.forEach(visitEnum);
    for (const service of file.services) {
      names.add(service.typeName);
      for (const method of service.methods) names.add(`${service.typeName}.${method.name}`);
    }
  }
  return [...names];
}

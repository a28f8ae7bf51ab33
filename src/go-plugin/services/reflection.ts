import { type DescFile, type DescMessage, type DescService, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { descriptorFile } from "../../../gen/es/go-plugin/google/protobuf/descriptor-file.js";

/** Characters of a name that nothing has, in the answer. */
const maxNameChars = 300;

/** A reflection request, with the fields that v1 and v1alpha have in common. */
interface Question {
  readonly host: string;
  readonly messageRequest:
    | {
        readonly case:
          | "allExtensionNumbersOfType"
          | "fileByFilename"
          | "fileContainingSymbol"
          | "listServices";
        readonly value: string;
      }
    | { readonly case: "fileContainingExtension"; readonly value: unknown }
    | { readonly case: undefined; readonly value?: undefined };
}

type Answer =
  | { readonly case: "listServicesResponse"; readonly value: { service: { name: string }[] } }
  | {
      readonly case: "fileDescriptorResponse";
      readonly value: { fileDescriptorProto: Uint8Array<ArrayBuffer>[] };
    }
  | { readonly case: "errorResponse"; readonly value: { errorCode: number; errorMessage: string } };

/** Handlers that fit both `grpc.reflection.v1` and `grpc.reflection.v1alpha`. */
export interface ReflectionHandlers {
  serverReflectionInfo(
    questions: AsyncIterable<Question>,
  ): AsyncIterable<{ validHost: string; originalRequest: { host: string }; messageResponse: Answer }>;
}

/**
 * gRPC server reflection over the files of `services`, so that tools like grpcurl can list and
 * call them.
 */
export function createReflectionService(services: readonly DescService[]): ReflectionHandlers {
  const files = collectFiles(services.map((service) => service.file));
  let index: ReadonlyMap<string, DescFile> | undefined;
  let made: DescMessage | undefined;
  const findFileOf = (symbol: string): DescFile | undefined => {
    index ??= indexSymbols(files);
    return index.get(symbol);
  };
  const encoded = new Map<DescFile, Uint8Array<ArrayBuffer>>();
  // Each question for a file is answered with many: encoded once, so that questions cost little.
  const encode = (file: DescFile): Uint8Array<ArrayBuffer> => {
    const bytes = encoded.get(file) ?? toBinary(schema(), file.proto);
    encoded.set(file, bytes);
    return bytes;
  };
  // Made at the first request: the descriptor of descriptor.proto costs more start time than all of ours.
  const schema = (): DescMessage => {
    made ??= descriptorFile().messages.find(({ name }) => name === "FileDescriptorProto");
    if (made === undefined) throw new Error("expected FileDescriptorProto in descriptor.proto");
    return made;
  };
  return {
    async *serverReflectionInfo(questions) {
      for await (const { host, messageRequest } of questions) {
        yield {
          validHost: host,
          originalRequest: { host },
          messageResponse: answer(messageRequest, services, files, findFileOf, encode),
        };
      }
    },
  };
}

function answer(
  question: Question["messageRequest"],
  services: readonly DescService[],
  files: readonly DescFile[],
  findFileOf: (symbol: string) => DescFile | undefined,
  encode: (file: DescFile) => Uint8Array<ArrayBuffer>,
): Answer {
  switch (question.case) {
    case "listServices": {
      const names = services.map((service) => service.typeName).sort();
      return { case: "listServicesResponse", value: { service: names.map((name) => ({ name })) } };
    }
    case "fileByFilename":
      // The name of a DescFile lacks the suffix `.proto` that its descriptor has.
      return fileAnswer(
        files.find((file) => file.proto.name === question.value),
        question.value,
        encode,
      );
    case "fileContainingSymbol":
      return fileAnswer(findFileOf(question.value), question.value, encode);
    default:
      return notFound("there are no extensions");
  }
}

/** The file and all its imports, so that one request is enough. */
function fileAnswer(
  file: DescFile | undefined,
  name: string,
  encode: (file: DescFile) => Uint8Array<ArrayBuffer>,
): Answer {
  if (file === undefined) return notFound(`not found: ${name.slice(0, maxNameChars)}`);
  return {
    case: "fileDescriptorResponse",
    value: { fileDescriptorProto: collectFiles([file]).map(encode) },
  };
}

function notFound(errorMessage: string): Answer {
  return { case: "errorResponse", value: { errorCode: Code.NotFound, errorMessage } };
}

/** Each file once, before its imports. */
function collectFiles(roots: readonly DescFile[]): DescFile[] {
  const seen = new Set<DescFile>();
  const visit = (file: DescFile): void => {
    if (seen.has(file)) return;
    seen.add(file);
    file.dependencies.forEach(visit);
  };
  roots.forEach(visit);
  return [...seen];
}

/** By full name: messages, fields, oneofs, enums and their values, services and methods. */
function indexSymbols(files: readonly DescFile[]): Map<string, DescFile> {
  const index = new Map<string, DescFile>();
  for (const file of files) {
    const visitMessage = (message: DescFile["messages"][number]): void => {
      index.set(message.typeName, file);
      for (const { name } of [...message.fields, ...message.oneofs])
        index.set(`${message.typeName}.${name}`, file);
      message.nestedMessages.forEach(visitMessage);
      message.nestedEnums.forEach(visitEnum);
    };
    const visitEnum = ({ typeName, values }: DescFile["enums"][number]): void => {
      index.set(typeName, file);
      // The values of an enum are in the scope of the enum, not inside it.
      const scope = typeName.slice(0, typeName.lastIndexOf(".") + 1);
      for (const { name } of values) index.set(`${scope}${name}`, file);
    };
    file.messages.forEach(visitMessage);
    file.enums.forEach(visitEnum);
    for (const service of file.services) {
      index.set(service.typeName, file);
      for (const method of service.methods) index.set(`${service.typeName}.${method.name}`, file);
    }
  }
  return index;
}

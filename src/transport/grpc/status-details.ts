import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { Code, type ConnectError } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";

/** The value of `grpc-status-details-bin`: a `google.rpc.Status` of code, message and details, in base64. */
export function encodeDetails(error: ConnectError): string {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int32(error.code);
  if (error.rawMessage !== "") writer.tag(2, WireType.LengthDelimited).string(error.rawMessage);
  for (const detail of error.details) {
    const isOutgoing = "desc" in detail;
    const type = isOutgoing ? detail.desc.typeName : detail.type;
    const value = isOutgoing ? toBinary(detail.desc, create(detail.desc, detail.value)) : detail.value;
    writer.tag(3, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(`type.googleapis.com/${type}`);
    if (value.length > 0) writer.tag(2, WireType.LengthDelimited).bytes(value);
    writer.join();
  }
  return Buffer.from(writer.finish()).toString("base64").replace(/=+$/, "");
}

/**
 * The error of a `grpc-status-details-bin`, or `undefined` if its code is OK.
 * @throws the error of protobuf-es for bytes that are not such a message.
 */
export function decodeDetails(value: string): ConnectError | undefined {
  const reader = new BinaryReader(Buffer.from(value, "base64"));
  let code = 0;
  let message = "";
  const details: { type: string; value: Uint8Array }[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === WireType.Varint) code = reader.int32();
    else if (field === 2 && wireType === WireType.LengthDelimited) message = reader.string();
    else if (field === 3 && wireType === WireType.LengthDelimited) details.push(decodeAny(reader.bytes()));
    else reader.skip(wireType, field);
  }
  if (code === 0) return undefined;
  const error = rpcError(message, toCode(code));
  error.details = details;
  return error;
}

/** gRPC's codes are Connect's; an unknown number is UNKNOWN. */
export function toCode(code: number): Code {
  return code in Code ? code : Code.Unknown;
}

function decodeAny(bytes: Uint8Array): { type: string; value: Uint8Array } {
  const reader = new BinaryReader(bytes);
  const any: { type: string; value: Uint8Array } = { type: "", value: new Uint8Array() };
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === WireType.LengthDelimited) {
      const url = reader.string();
      any.type = url.slice(url.lastIndexOf("/") + 1);
    } else if (field === 2 && wireType === WireType.LengthDelimited) any.value = reader.bytes();
    else reader.skip(wireType, field);
  }
  return any;
}

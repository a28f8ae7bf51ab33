import { createDecode } from "../../../src/transport/grpc/decode/message-decoder.ts";
import { createMessageWriter } from "../../../src/transport/grpc/message-writer.ts";
import { messageNamed, readEsMessages } from "./es.ts";
import { type InProcessAdapter, refusing } from "./in-process.ts";

const prefixBytes = 5;

/** Our own decoder and encoder, which a call runs through: the messages of gen/es, without ProtoJSON. */
export async function createTransportAdapter(): Promise<InProcessAdapter> {
  const messages = await readEsMessages();
  const decode = createDecode();
  const writer = createMessageWriter(2 ** 31 - 1);
  return refusing(({ message, input }) => {
    const desc = messageNamed(messages, message);
    writer.write(undefined, desc, { ...decode.now(desc, input) }, false);
    const bytes = Buffer.concat(writer.take());
    return { is: "ok", binary: new Uint8Array(bytes.subarray(prefixBytes)), json: undefined };
  });
}

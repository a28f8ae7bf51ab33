import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Header, HeaderSchema } from "../gen/connectrpc/conformance/v1/service_pb.js";

/** Adds what the suite wants to be sent. */
export function appendTo(headers: Headers, wanted: readonly Header[]): void {
  for (const { name, value } of wanted) for (const each of value) headers.append(name, each);
}

/** What came, in the suite's terms. */
export function toProto(headers: Headers): MessageInitShape<typeof HeaderSchema>[] {
  return [...headers].map(([name, value]) => ({ name, value: value.split(/, ?/) }));
}

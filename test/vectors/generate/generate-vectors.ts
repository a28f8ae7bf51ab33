import { type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { Form, Vector } from "../vector.ts";
import { binaryFieldCases } from "./binary-field-cases.ts";
import { binaryMessageCases } from "./binary-message-cases.ts";
import type { Case } from "./case.ts";
import { byNumber } from "./field-values.ts";
import { jsonFieldCases, jsonMessageCases } from "./json-cases.ts";

/** The vectors of the messages of one package, binary ones first, in a stable order. */
export function generateVectors(messages: readonly DescMessage[]): Vector[] {
  const vectors: Vector[] = [];
  const first = messages.find((message) => message.fields.some(({ scalar }) => scalar === ScalarType.BYTES));
  const add = (form: Form, message: string, place: string, cases: readonly Case[]): void => {
    for (const { kind, name, input } of cases) {
      vectors.push({ id: `${form}/${message}/${place}/${name}`, kind, form, message, input });
    }
  };
  for (const desc of messages) {
    add("binary", desc.typeName, "whole", binaryMessageCases(desc, desc === first));
    for (const field of byNumber(desc.fields)) {
      add("binary", desc.typeName, field.name, binaryFieldCases(desc, field));
    }
  }
  for (const desc of messages) {
    add("json", desc.typeName, "whole", jsonMessageCases(desc, desc === first));
    for (const field of byNumber(desc.fields)) {
      add("json", desc.typeName, field.name, jsonFieldCases(desc, field));
    }
  }
  return vectors;
}

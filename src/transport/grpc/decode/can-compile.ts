import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf";
import { wrapperName } from "../field-forms.ts";

/** Of `google.protobuf.Edition`, whose generated enum would import all descriptors. */
const proto3 = 999;

/**
 * Whether the message and all messages in it are plain proto3: no groups, no defaults, no closed enums, no types that
 * protobuf-es represents in another form (`google.protobuf.Struct`, wrappers).
 */
export function canCompile(desc: DescMessage, seen: Set<DescMessage> = new Set()): boolean {
  if (seen.has(desc)) return true;
  seen.add(desc);
  return desc.file.edition === proto3 && desc.fields.every((field) => isPlain(field, seen));
}

function isPlain(field: DescField, seen: Set<DescMessage>): boolean {
  const { message } = field;
  const values: DescEnum | undefined = field.enum;
  if (values !== undefined && !values.open) return false;
  if (message === undefined) return true;
  const { typeName } = message;
  if (typeName === "google.protobuf.Struct" || wrapperName.test(typeName)) return false;
  return canCompile(message, seen);
}

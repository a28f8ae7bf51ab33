import type { DescField } from "@bufbuild/protobuf";

/** Whether the texts of a field may be secrets, by its name: requests to renderers have keys and tokens. */
export function mayBeSecret({ name }: DescField): boolean {
  return /key|token|secret|password/i.test(name);
}

import type { DescMethod } from "@bufbuild/protobuf";

/** The name of an RPC in logs and tables, such as `pluginv2.Data/QueryData`. */
export function rpcName({ name, parent }: DescMethod): string {
  return `${parent.typeName}/${name}`;
}

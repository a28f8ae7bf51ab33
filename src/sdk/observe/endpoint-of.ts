import type { DescMethod } from "@bufbuild/protobuf";
import type { Endpoint } from "../context/request-context.ts";

/**
 * The endpoint of a method that is observed, or `undefined` for others: those of other contracts, and `CollectMetrics`,
 * which the Go SDK does not count either, so that reading the metrics does not change them.
 */
export function endpointOf({ localName, parent }: DescMethod): Endpoint | undefined {
  if (!parent.typeName.startsWith("pluginv2.")) return undefined;
  return endpoints.find((endpoint) => endpoint === localName);
}

const endpoints: readonly Endpoint[] = [
  "callResource",
  "checkHealth",
  "convertObjects",
  "mutateAdmission",
  "publishStream",
  "queryChunkedData",
  "queryData",
  "runStream",
  "subscribeStream",
  "validateAdmission",
];

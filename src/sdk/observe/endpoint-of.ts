import type { DescMethod } from "@bufbuild/protobuf";
import type { Endpoint } from "../context/request-context.ts";

/**
 * The endpoint of a method that is observed, or `undefined` for others: those of other contracts, and `CollectMetrics`,
 * which the Go SDK does not count either, so that reading the metrics does not change them.
 */
export function endpointOf({ localName, parent }: DescMethod): Endpoint | undefined {
  return parent.typeName.startsWith("pluginv2.") ? endpoints.get(localName) : undefined;
}

const endpoints: ReadonlyMap<string, Endpoint> = new Map(
  (
    [
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
    ] as const
  ).map((endpoint) => [endpoint, endpoint]),
);

// Bundled and run by Chromium: a page that queries a plugin of another origin. Nothing in it needs Node.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { rowsOf } from "grafana-plugin-protocol/frames";
import { decodeQueryData, QueryDataRequestSchema, QueryDataResponseSchema } from "grafana-plugin-protocol/v2";

export async function queryPlugin(url: string): Promise<unknown> {
  const request = create(QueryDataRequestSchema, { queries: [{ refId: "A" }] });
  const response = await fetch(`${url}/pluginv2.Data/QueryData`, {
    method: "POST",
    headers: { "content-type": "application/proto", "connect-protocol-version": "1" },
    body: new Uint8Array(toBinary(QueryDataRequestSchema, request)),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const results = await decodeQueryData(fromBinary(QueryDataResponseSchema, bytes));
  return results.get("A")?.frames.flatMap((frame) => [...rowsOf(frame)]);
}

Object.assign(globalThis, { queryPlugin });

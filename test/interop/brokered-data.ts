import { createClient } from "@connectrpc/connect";
import type { Broker } from "grafana-plugin-protocol/go-plugin";
import { type ImplementedService, implementService } from "grafana-plugin-protocol/transport";
import { Data } from "grafana-plugin-protocol/v2";

/** The service that travels over brokered connections; its answers say whose it is. */
export function dataOf(owner: string): readonly ImplementedService[] {
  return [
    implementService(Data, {
      queryData: ({ queries }) => ({
        responses: Object.fromEntries(
          queries.map(({ refId }) => [refId, { status: 200, error: `${owner} answers ${refId}` }]),
        ),
      }),
    }),
  ];
}

/** Dials what the other side serves under `id`, and gives its answer. */
export async function ask(broker: Broker, id: number, refId: string): Promise<string | undefined> {
  using connection = await broker.dial(id);
  const { responses } = await createClient(Data, connection.transport).queryData({ queries: [{ refId }] });
  return responses[refId]?.error;
}

/**
 * What a plugin prints: `bytes` has each value of a byte in an order that a lost or swapped piece would show,
 * `text` lines whose characters are of one to four bytes. The Go peer prints the same.
 */
export function output(what: string, count: number): Buffer {
  if (what === "text") return Buffer.from("aé€😀\n".repeat(count));
  const all = Buffer.alloc(count);
  for (let i = 0; i < count; i++) all[i] = i * 31 + (i >> 8) * 7;
  return all;
}

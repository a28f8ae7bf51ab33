import type { DatabaseSync } from "node:sqlite";
import type { ServiceImpl } from "@connectrpc/connect";
import { answerResource, type Resource } from "grafana-plugin-protocol/v2";

/** `GET columns`: the columns of the table, for a query editor. */
export function createResource(database: DatabaseSync): Partial<ServiceImpl<typeof Resource>> {
  const columns = database.prepare("select * from weather").columns();
  return {
    async *callResource({ path, method }) {
      if (path === "columns" && method === "GET") {
        const body = { columns: columns.map(({ name, type }) => ({ name, type: type?.toLowerCase() })) };
        yield* answerResource({ body });
      } else {
        const message = `nothing at ${method} "${path}": try GET "columns"`;
        yield* answerResource({ code: 404, body: { message } });
      }
    },
  };
}

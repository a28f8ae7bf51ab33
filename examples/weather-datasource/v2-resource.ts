import type { DatabaseSync } from "node:sqlite";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Resource } from "grafana-plugin-protocol/v2";

/** `GET columns`: the columns of the table, for a query editor. */
export function createResource(database: DatabaseSync): Partial<ServiceImpl<typeof Resource>> {
  const columns = database.prepare("select * from weather").columns();
  return {
    async *callResource({ path, method }) {
      if (path === "columns" && method === "GET") {
        yield json(200, { columns: columns.map(({ name, type }) => ({ name, type: type?.toLowerCase() })) });
      } else {
        yield json(404, { message: `nothing at ${method} "${path}": try GET "columns"` });
      }
    },
  };
}

function json(code: number, value: unknown) {
  const body = new TextEncoder().encode(JSON.stringify(value));
  return { code, headers: { "Content-Type": { values: ["application/json"] } }, body };
}

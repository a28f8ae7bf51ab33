import type { DatabaseSync } from "node:sqlite";
import { quoteName } from "./run-query.ts";

/**
 * What a query editor offers while someone types: `GET /tables`, and `GET /columns?table=…`, the name as `/tables` has it.
 */
export function answerCompletions(request: Request, database: DatabaseSync): Response {
  const { pathname, searchParams } = new URL(request.url);
  if (request.method !== "GET" || !["/columns", "/tables"].includes(pathname)) {
    return Response.json({ message: `nothing at ${request.method} ${pathname}` }, { status: 404 });
  }
  const tables = tablesOf(database);
  if (pathname === "/tables") return Response.json(tables);
  const table = searchParams.get("table") ?? "";
  if (!tables.includes(table)) {
    const message = `expected the name of a table in "table", got ${JSON.stringify(table)}`;
    return Response.json({ message }, { status: 404 });
  }
  const columns = database.prepare(`select * from ${quoteName(table)}`).columns();
  return Response.json(columns.map(({ name, type }) => ({ name, type: type?.toLowerCase() })));
}

export function tablesOf(database: DatabaseSync): string[] {
  return database
    .prepare("select name from sqlite_master where type = 'table' order by name")
    .all()
    .map(({ name }) => String(name));
}

import type { HarEntry } from "./har.ts";
import { noResponse } from "./har-entry.ts";
import type { Redactor } from "./redact.ts";

/** A query that is not HTTP, with what came back. */
export interface QueryRecord {
  /** What was queried, such as `sql.query`, whose part before the dot becomes the scheme of the entry's URL. */
  readonly kind: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly datasourceUid?: string | undefined;
  readonly datasourceType?: string | undefined;
  readonly datasourceName?: string | undefined;
  readonly refId?: string | undefined;
  /** As it was sent, with its macros replaced. At most 64 KiB are recorded. */
  readonly statement: string;
  /** The values of its placeholders, as texts. At most 16 KiB are recorded. */
  readonly args?: readonly string[] | undefined;
  readonly frameCount?: number | undefined;
  /** Default -1: not known. */
  readonly rowCount?: number | undefined;
  /** Absent when it succeeded. */
  readonly error?: string | undefined;
}

/** Upstream's bounds of one query. */
const maxStatementBytes = 64 << 10;
const maxArgsBytes = 16 << 10;

/** The entry of a query, in upstream's form: method `QUERY`, the statement as its body, counts as the response. */
export function queryEntry(query: QueryRecord, redactor: Redactor): HarEntry {
  const { kind, error, frameCount = 0, rowCount = -1 } = query;
  const statement = cut(redactor.text(query.statement, "application/sql"), maxStatementBytes);
  const args = cutList((query.args ?? []).map((arg) => redactor.text(arg, "text/plain")));
  const summary = JSON.stringify({ frameCount, rowCount });
  const failed = error === undefined || error === "" ? undefined : redactor.text(error, "text/plain");
  return {
    startedDateTime: query.startedAt.toISOString(),
    time: query.durationMs,
    request: {
      method: "QUERY",
      url: urlOf(query),
      httpVersion: "",
      headers: [],
      queryString: [],
      cookies: [],
      postData: { mimeType: "application/sql", text: statement.text },
      bodySize: statement.isCut ? -1 : Buffer.byteLength(statement.text),
      headersSize: -1,
    },
    response:
      failed === undefined
        ? {
            ...noResponse(),
            status: 200,
            statusText: "OK",
            headers: [],
            cookies: [],
            content: { size: summary.length, mimeType: "application/json", text: summary },
            bodySize: summary.length,
          }
        : { ...noResponse(), headers: [], cookies: [] },
    cache: {},
    timings: { send: 0, wait: query.durationMs, receive: 0 },
    ...(failed === undefined ? {} : { comment: `query error: ${failed}` }),
    _query: {
      version: 1,
      kind,
      ...(query.datasourceUid ? { datasourceUid: query.datasourceUid } : {}),
      ...(query.datasourceType ? { datasourceType: query.datasourceType } : {}),
      ...(query.datasourceName ? { datasourceName: query.datasourceName } : {}),
      ...(query.refId ? { refId: query.refId } : {}),
      ...(args.list.length === 0 ? {} : { args: args.list }),
      ...(statement.isCut ? { statementTruncated: true } : {}),
      ...(args.isCut ? { argsTruncated: true } : {}),
      frameCount,
      rowCount,
      ...(failed === undefined ? {} : { error: failed }),
    },
  };
}

function urlOf({ kind, datasourceType, datasourceUid = "", refId }: QueryRecord): string {
  const scheme = kind.split(".", 1)[0] || "query";
  const search = refId ? `?${new URLSearchParams({ refId })}` : "";
  return `${scheme}://${datasourceType || "datasource"}/${encodeURIComponent(datasourceUid)}${search}`;
}

/** Never within a character. */
function cut(text: string, maxBytes: number): { readonly text: string; readonly isCut: boolean } {
  if (Buffer.byteLength(text) <= maxBytes) return { text, isCut: false };
  const bytes = Buffer.from(text).subarray(0, maxBytes);
  return { text: new TextDecoder().decode(bytes, { stream: true }), isCut: true };
}

function cutList(args: readonly string[]): { readonly list: readonly string[]; readonly isCut: boolean } {
  const list: string[] = [];
  let left = maxArgsBytes;
  for (const arg of args) {
    const kept = cut(arg, left);
    if (kept.isCut && kept.text === "") return { list, isCut: true };
    list.push(kept.text);
    if (kept.isCut) return { list, isCut: true };
    left -= Buffer.byteLength(kept.text);
  }
  return { list, isCut: false };
}

import { constants, DatabaseSync } from "node:sqlite";

const minuteMs = 60_000;
/** Three days: in Berlin the second one has 23 hours. */
const startMs = Date.UTC(2026, 2, 28);
const minutes = 3 * 24 * 60;

/**
 * A database in memory with the same rows each time: the load of three hosts, a log, the spans of a trace, and a table
 * whose name is as bad as a name can be. Afterwards it accepts only `select`. Times are milliseconds since 1970.
 */
export function openDatabase(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec(`
    create table load (at timestamp not null, host text not null, value real);
    create table events (time timestamp not null, message text not null, level text);
    create table spans (
      traceID text, spanID text, parentSpanID text, operationName text, serviceName text, startTime timestamp,
      duration real
    );
    create table "odd.name""; drop table load; --" ("a column" integer, "select" text);
    insert into "odd.name""; drop table load; --" values (1, 'one'), (2, 'two');
    begin;
  `);
  fillLoad(database);
  const addEvent = database.prepare("insert into events values (?, ?, ?)");
  addEvent.run(startMs, "host a has started", "info");
  addEvent.run(startMs + 90 * minuteMs, "host c does not answer", "error");
  const addSpan = database.prepare("insert into spans values ('t1', ?, ?, ?, 'shop', ?, ?)");
  addSpan.run("s1", null, "GET /cart", startMs, 12.5);
  addSpan.run("s2", "s1", "select", startMs + 2, 4);
  database.exec("commit");
  database.setAuthorizer((action) =>
    readingActions.has(action) ? constants.SQLITE_OK : constants.SQLITE_DENY,
  );
  return database;
}

// No recursion: an endless one would stop the plugin, because queries run in its only thread.
const readingActions = new Set([constants.SQLITE_SELECT, constants.SQLITE_READ, constants.SQLITE_FUNCTION]);

/** Hosts a and b each minute, host c every five minutes and nothing in the second hour. */
function fillLoad(database: DatabaseSync): void {
  const add = database.prepare("insert into load values (?, ?, ?)");
  for (let minute = 0; minute < minutes; minute++) {
    const at = startMs + minute * minuteMs;
    add.run(at, "a", minute % 60);
    add.run(at, "b", 0.5);
    if (minute % 5 === 0 && Math.floor(minute / 60) !== 1) add.run(at, "c", minute / 5);
  }
}

import { readFileSync } from "node:fs";
import { constants, DatabaseSync } from "node:sqlite";

const csv = new URL(import.meta.resolve("@observablehq/sample-datasets/weather.csv"));

/**
 * Daily weather of Seattle and New York from 2012 to 2015, in memory, in a table `weather` with the columns of the
 * file; `date` is in milliseconds since 1970. Afterwards the database accepts only `select`.
 */
export function openWeatherDatabase(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec(`create table weather (
    location text not null, date timestamp not null, precipitation real, temp_max real, temp_min real, wind real,
    weather text
  )`);
  // A column of type real turns the texts into numbers.
  const insert = database.prepare("insert into weather values (?, ?, ?, ?, ?, ?, ?)");
  database.exec("begin");
  for (const line of readFileSync(csv, "utf8").trimEnd().split(/\r?\n/).slice(1)) {
    const [location = "", date = "", ...others] = line.split(",");
    insert.run(location, Date.parse(date), ...others);
  }
  database.exec("commit");
  database.setAuthorizer((action) =>
    readingActions.has(action) ? constants.SQLITE_OK : constants.SQLITE_DENY,
  );
  return database;
}

// No recursion: an endless one would stop the plugin, because queries run in its only thread.
const readingActions = new Set([constants.SQLITE_SELECT, constants.SQLITE_READ, constants.SQLITE_FUNCTION]);

import { createField, createFrame, type Frame } from "grafana-plugin-protocol/frames";

/** The first time of every frame, in milliseconds. */
const firstMs = 1_700_000_000_000;

const tables = new Map<number, Frame>();

/** The table of the Go plugin: times, rounded values, long values of which each tenth is missing, 100 names. */
export function sensorTable(rows: number): Frame {
  let table = tables.get(rows);
  if (table === undefined) {
    table = createFrame({ name: "sensors", fields: sensorFields(sensorLists(rows)) });
    tables.set(rows, table);
  }
  return table;
}

/** Plain arrays, as a plugin has them that reads JSON. */
interface SensorLists {
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly maybe: readonly (number | null)[];
  readonly names: readonly string[];
}

export function sensorLists(rows: number): SensorLists {
  const each = <T>(value: (row: number) => T): T[] => Array.from({ length: rows }, (_, row) => value(row));
  return {
    times: each((row) => firstMs + row * 1000),
    values: each((row) => ((row * 7919) % 100_003) / 1000),
    maybe: each((row) => (row % 10 === 9 ? null : Math.sin(row) * 100)),
    names: each((row) => `sensor-${String(row % 100).padStart(2, "0")}`),
  };
}

export function sensorFields({ times, values, maybe, names }: SensorLists): Frame["fields"] {
  return [
    createField("time", "time", times),
    createField("value", "float64", values, { labels: { unit: "C" } }),
    createField("maybe", "float64", maybe),
    createField("sensor", "string", names),
  ];
}

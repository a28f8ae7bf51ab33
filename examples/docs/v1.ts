import { frameFromRows } from "grafana-plugin-protocol/frames";
import { frameToSeries, frameToTable, seriesToFrame, tableToFrame } from "grafana-plugin-protocol/v1";

const rows = [
  { time: new Date("2026-01-01"), place: "Seattle", temperature: 8.5 },
  { time: new Date("2026-01-02"), place: "Seattle", temperature: null },
];
const frame = frameFromRows(rows, { time: "time", place: "string", temperature: "float64" });

for (const series of frameToSeries(frame)) {
  console.log(series.name, series.points.length); // → temperature {place=Seattle} 1
  console.log(seriesToFrame(series).fields[1]?.labels); // → { place: 'Seattle' }
}

const table = frameToTable(frame);
console.log(tableToFrame(table).fields.map(({ kind }) => kind)); // → [ 'int64', 'string', 'float64' ]
console.log(tableToFrame(table, { time: "time" }).fields[0]?.kind); // → time

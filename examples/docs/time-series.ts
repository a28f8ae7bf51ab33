import {
  frameFromRows,
  longToWide,
  rowsOf,
  timeSeriesKind,
  wideToLong,
} from "grafana-plugin-protocol/frames";

const rows = [
  { time: new Date("2026-01-01"), place: "New York", temperature: -2 },
  { time: new Date("2026-01-01"), place: "Seattle", temperature: 8.5 },
  { time: new Date("2026-01-02"), place: "Seattle", temperature: 9 },
];
const long = frameFromRows(rows, { time: "time", place: "string", temperature: "float64" });
console.log(timeSeriesKind(long)); // → long

const wide = longToWide(long, { mode: "null" });
for (const { name, labels, values } of wide.fields.slice(1)) console.log(name, labels, values);
// → temperature { place: 'New York' } [ -2, null ]
// → temperature { place: 'Seattle' } [ 8.5, 9 ]

for (const { place, temperature } of rowsOf(wideToLong(wide))) console.log(place, temperature);
// → New York -2
// → Seattle 8.5
// → New York null
// → Seattle 9

import { checkAlerting, createFrame, frameFromRows, longToWide } from "grafana-plugin-protocol/frames";

const rows = [
  { time: new Date("2026-01-01"), place: "Seattle", temperature: 8.5 },
  { time: new Date("2026-01-02"), place: "Seattle", temperature: 9 },
];
const long = frameFromRows(rows, { time: "time", place: "string", temperature: "float64" });

const check = checkAlerting(long);
if (!check.ok) console.log(check.reason);
// → the frame is a long time series and does not say so: set meta.type to "timeseries-long" and meta.typeVersion to [0, 1], or send longToWide(frame)

console.log(checkAlerting(longToWide(long))); // → { ok: true, as: 'series' }
console.log(checkAlerting(createFrame({ fields: [] }))); // → { ok: true, as: 'noData' }

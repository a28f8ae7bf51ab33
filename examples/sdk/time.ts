import {
  calculateInterval,
  createTimeReader,
  formatInterval,
  intervalFrom,
  parseDuration,
  parseInterval,
} from "grafana-plugin-protocol/sdk";

const now = Date.UTC(2026, 10, 30, 12);
const time = createTimeReader({
  timeZone: "Europe/Berlin",
  weekStart: "monday",
  fiscalYearStartMonth: 3,
});

const { from, to } = time.range({ from: "now-1d/d", to: "now-1d/d" }, { now });
console.log(from.toISOString(), to.toISOString());
// → 2026-11-28T23:00:00.000Z 2026-11-29T22:59:59.999Z

console.log(new Date(time.time("now/fQ", { now })).toISOString());
// → 2026-09-30T22:00:00.000Z

try {
  time.time("now-1fortnight");
} catch (error) {
  console.log(String(error));
}
// → TimeError: expected a time such as now-6h, now/d, 2024-02-29T12:00:00Z or milliseconds since 1970, got "now-1fortnight"

// A month from now on, and an average one.
console.log(parseInterval("1M", { now }) / 86_400_000, parseDuration("1M") / 86_400_000);
// → 30 30.4375

// The shortest interval that data source or query allow, then the one for this range and panel.
const minIntervalMs = intervalFrom({ dataSource: "10s", query: "", defaultMs: 15_000 });
const intervalMs = calculateInterval({ from, to }, { maxDataPoints: 800, minIntervalMs });
console.log(minIntervalMs, intervalMs, formatInterval(intervalMs));
// → 10000 120000 2m

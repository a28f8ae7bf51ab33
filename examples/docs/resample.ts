import { createField, createFrame, resample } from "grafana-plugin-protocol/frames";

const frame = createFrame({
  fields: [
    createField("time", "time", [new Date("2026-01-01T00:00:05Z"), new Date("2026-01-01T00:00:31Z")]),
    createField("temperature", "float64", [8.5, 9]),
  ],
});

const even = resample(frame, {
  range: { from: new Date("2026-01-01T00:00:10Z"), to: new Date("2026-01-01T00:00:40Z") },
  intervalMs: 10_000,
  fill: { mode: "previous" },
});

console.log(even.fields[1]?.values); // → [ 8.5, 8.5, 8.5, 9 ]

import { createField, createFrame, rowsOf } from "grafana-plugin-protocol/frames";

const frame = createFrame({
  name: "temperatures",
  fields: [
    createField("time", "time", [new Date("2026-01-01"), new Date("2026-01-02")]),
    createField("place", "string", ["Seattle", "New York"]),
    createField("temperature", "float64", [8.5, -2]),
  ],
});

console.log(frame.length, "rows", frame.fields.length, "fields"); // → 2 rows 3 fields
for (const { place, temperature } of rowsOf(frame)) console.log(place, temperature);
// → Seattle 8.5
// → New York -2

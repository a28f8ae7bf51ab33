import { createField, createFrame } from "grafana-plugin-protocol/frames";

const frame = createFrame({
  fields: [
    createField("time", "time", [new Date("2026-01-01"), new Date("2026-01-02")]),
    createField("temperature", "float64", [8.5, 9], { labels: { place: "Seattle" } }),
    createField("temperature", "float64", [-2, 0.5], { labels: { place: "New York" } }),
  ],
});

for (const { name, labels, values } of frame.fields.slice(1)) console.log(name, labels, values);
// → temperature { place: 'Seattle' } [ 8.5, 9 ]
// → temperature { place: 'New York' } [ -2, 0.5 ]

import { createField, createFrame, formatFrameTable } from "grafana-plugin-protocol/frames";

const frame = createFrame({
  name: "weather",
  fields: [
    createField("place", "string", ["Seattle", "New York"]),
    createField("temperature", "float64", [8.5, null], { labels: { unit: "celsius" } }),
  ],
});

console.log(formatFrameTable(frame).trimEnd());
// → Name: weather
// → Dimensions: 2 Fields by 2 Rows
// → +----------------+----------------------+
// → | Name: place    | Name: temperature    |
// → | Labels:        | Labels: unit=celsius |
// → | Type: []string | Type: []*float64     |
// → +----------------+----------------------+
// → | Seattle        | 8.5                  |
// → | New York       | null                 |
// → +----------------+----------------------+

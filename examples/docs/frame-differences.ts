import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { diffFrames } from "grafana-plugin-protocol/testing";

const expected = createFrame({
  fields: [createField("value", "float64", [1, 2], { labels: { host: "a" } })],
});
const actual = createFrame({
  fields: [createField("value", "float64", [1, null], { labels: { host: "a" } })],
});

console.log(diffFrames(actual, expected));
// → frame 0, field 0 "value" {host=a}, nullable: expected false, got true
// → frame 0, field 0 "value" {host=a}, row 1: expected 2, got null

import { createField, createFrame, formatFrameJson } from "grafana-plugin-protocol/frames";

const config = {
  displayName: "Temperature",
  unit: "celsius",
  decimals: 1,
  thresholds: {
    mode: "absolute",
    steps: [
      { value: Number.NEGATIVE_INFINITY, color: "green" },
      { value: 30, color: "red" },
    ],
  },
} as const;
const frame = createFrame({
  fields: [createField("temperature", "float64", [8.5], { config })],
  meta: {
    executedQueryString: "select temperature from weather",
    notices: [{ severity: "warning", text: "the last hour is not in yet", inspect: "data" }],
  },
});

const { schema } = JSON.parse(formatFrameJson(frame));
console.log(schema.fields[0].config.thresholds.steps[0]); // → { value: null, color: 'green' }
console.log(schema.meta.notices[0].inspect); // → 3

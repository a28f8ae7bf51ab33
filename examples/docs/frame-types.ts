import { checkFrameType, createField, createFrame } from "grafana-plugin-protocol/frames";

const fields = [
  createField("time", "time", [new Date("2026-01-01"), new Date("2026-01-01")]),
  createField("temperature", "float64", [8.5, 9]),
];
const frame = createFrame({ meta: { type: "timeseries-wide", typeVersion: [0, 1] }, fields });

const check = checkFrameType(frame);
if (!check.ok) console.log(check.reason);
// → time field "time" has the time of row 0 again at row 1: a frame of type "timeseries-wide" has one row per time

import {
  createField,
  createFrame,
  decodeFrame,
  encodeFrame,
  formatFrameJson,
  loadFrameCodec,
  parseFrameJson,
} from "grafana-plugin-protocol/frames";

const frame = createFrame({ name: "ids", fields: [createField("id", "int64", [9007199254740993n])] });

const arrow = await encodeFrame(frame);
console.log((await decodeFrame(arrow)).fields[0]?.values); // → [ 9007199254740993n ]

const json = formatFrameJson(frame);
console.log(json.slice(json.indexOf('"data"'))); // → "data":{"values":[[9007199254740993]]}}
console.log(parseFrameJson(json).fields[0]?.values); // → [ 9007199254740993n ]

const codec = await loadFrameCodec(); // the same without a promise for each frame
console.log(codec.decodeFrame(codec.encodeFrame(frame)).name); // → ids

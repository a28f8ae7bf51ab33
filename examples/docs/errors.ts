import { createField, FrameError } from "grafana-plugin-protocol/frames";

try {
  createField("count", "uint8", [1, 256]);
} catch (error) {
  if (error instanceof FrameError) console.log(`${error.code}: ${error.message}`);
}
// → invalid_value: field "count", row 1: expected a whole number from 0 to 255, got number 256

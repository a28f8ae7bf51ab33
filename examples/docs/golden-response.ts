import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { checkGoldenResponse } from "grafana-plugin-protocol/testing";

const path = join(mkdtempSync(join(tmpdir(), "golden-")), "rain.golden.jsonc");
const answer = createFrame({ name: "rain", fields: [createField("mm", "float64", [1.5, 2])] });

checkGoldenResponse(path, answer, { update: true }); // as with UPDATE_GOLDEN=1
console.log(readFileSync(path, "utf8").split("\n").slice(3, 9).join("\n"));
// → //  Name: rain
// → //  Dimensions: 1 Fields by 2 Rows
// → //  +-----------------+
// → //  | Name: mm        |
// → //  | Labels:         |
// → //  | Type: []float64 |

try {
  const other = createFrame({ name: "rain", fields: [createField("mm", "float64", [1.5, 3])] });
  checkGoldenResponse(path, other, { update: false });
} catch (error) {
  console.log(String(error).split("\n")[1]);
}
// → frame 0, field 0 "mm", row 1: expected 2, got 3

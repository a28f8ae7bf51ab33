import { test } from "node:test";
import { decodeFrame, encodeFrame } from "grafana-plugin-protocol/frames";
import { corpusNames, readGolden } from "../golden-corpus.ts";
import { checkFlatbuffer, messageShapes } from "./check-flatbuffer.ts";

for (const name of corpusNames) {
  test(`the metadata of our file holds by the rules of strict readers: ${name}`, async () => {
    checkMetadata(await encodeFrame(await decodeFrame(readGolden(name, "arrow"))));
  });
}

test("the metadata of Go's files holds by them, too", () => {
  for (const name of corpusNames) checkMetadata(new Uint8Array(readGolden(name, "arrow")));
});

/** The footer, and each message before it. */
function checkMetadata(file: Uint8Array): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const trailer = file.length - 10;
  const footer = trailer - view.getInt32(trailer, true);
  checkFlatbuffer(file.subarray(footer, trailer), messageShapes.footer);
  const schemaEnd = checkMessage(file, 8, messageShapes.schema);
  const isEnd = view.getInt32(schemaEnd + 4, true) === 0;
  if (!isEnd) checkMessage(file, schemaEnd, messageShapes.batch);
}

function checkMessage(
  file: Uint8Array,
  start: number,
  shape: (typeof messageShapes)["batch" | "schema"],
): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = start + 8 + view.getInt32(start + 4, true);
  checkFlatbuffer(file.subarray(start + 8, end), shape);
  return end;
}

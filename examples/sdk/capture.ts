import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHarRecorder, recordedFetch } from "grafana-plugin-protocol/sdk";

let requests = 0;
const server = createServer((_, response) => response.end(`answer ${++requests}`));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

// What a fetch sends, without secrets.
const recorder = createHarRecorder();
await recorder.wrap(fetch)(`${url}/v1?token=secret`, { headers: { authorization: "Bearer secret" } });
const [entry] = recorder.toHar().log.entries;
console.log(entry?.request.url.replace(url, ""), entry?.request.headers[0]?.value); // → /v1?token=REDACTED REDACTED
console.log(entry?.response.content.text); // → answer 1

// A test records its requests once, and replays them from then on.
const path = join(tmpdir(), `capture-${process.pid}.har`);
for (let run = 1; run <= 2; run++) {
  const recorded = await recordedFetch(path, fetch);
  const response = await recorded.fetch(`${url}/v2`);
  console.log(recorded.isReplay, await response.text(), "requests:", requests);
  await recorded.save();
}
// → false answer 2 requests: 2
// → true answer 2 requests: 2
await rm(path);
server.close();

// The plugin of the gateway's soak: frames of as many rows as a query asks for, in one piece or in chunks; resources, one
// of which gives back what it got; streams that count. It answers as `benchgateway plugin`, which is in Go.
import { setTimeout as delay } from "node:timers/promises";
import { createField, createFrame, encodeFrame } from "grafana-plugin-protocol/frames";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { CheckHealthResponse_HealthStatus as Health, v2 } from "grafana-plugin-protocol/v2";
import { exportBytes, pieceBytes, smallBytes } from "./sizes.ts";

interface Task {
  readonly rows: number;
  readonly chunk: number;
}

const made = new Map<number, Promise<Uint8Array>>();
const decoder = new TextDecoder();
const encoder = new TextEncoder();
const countEveryMs = 2;
let runs = 0;
let running = 0;

void servePlugin([
  implement(v2, {
    data: {
      queryData: async ({ queries }) => {
        const answers = queries.map(async ({ refId, json }) => {
          const frames = [await frameOf(taskOf(json).rows)];
          return [refId, { status: 200, frames }] as const;
        });
        return { responses: Object.fromEntries(await Promise.all(answers)) };
      },
      async *queryChunkedData({ queries }) {
        for (const { refId, json } of queries) {
          const { rows, chunk } = taskOf(json);
          for (let sent = 0; sent < rows; sent += chunk) {
            yield { refId, frameId: "0", status: 200, frame: await frameOf(chunk) };
          }
        }
      },
    },
    resource: {
      async *callResource({ path, body }) {
        if (path === "echo") yield { code: 200, body };
        else if (path === "running") yield { code: 200, body: encoder.encode(String(running)) };
        else if (path === "small") yield { code: 200, body: new Uint8Array(smallBytes) };
        else {
          for (let sent = 0; sent < exportBytes; sent += pieceBytes) {
            yield { code: 200, body: new Uint8Array(pieceBytes) };
          }
        }
      },
    },
    stream: {
      subscribeStream: () => ({ status: 0 }),
      // Each packet has its run, which is unique, and its number, so that a subscriber sees what is lost.
      async *runStream(_, { signal }) {
        const run = `${process.pid}.${++runs}`;
        running++;
        try {
          for (let n = 0; !signal.aborted; n++) {
            yield { data: encoder.encode(JSON.stringify({ run, n })) };
            await delay(countEveryMs, undefined, { signal }).catch(() => {});
          }
        } finally {
          running--;
        }
      },
    },
    diagnostics: { checkHealth: () => ({ status: Health.OK, message: "fine" }) },
  }),
]);

function taskOf(json: Uint8Array): Task {
  return JSON.parse(decoder.decode(json)) as Task;
}

function frameOf(rows: number): Promise<Uint8Array> {
  let frame = made.get(rows);
  if (frame === undefined) {
    const values = Array.from({ length: rows }, (_, i) => ((i * 7919) % 100_003) / 1000);
    const names = values.map((_, i) => `sensor-${i % 100}`);
    frame = encodeFrame(
      createFrame({
        name: "sensors",
        fields: [createField("value", "float64", values), createField("sensor", "string", names)],
      }),
    );
    made.set(rows, frame);
  }
  return frame;
}

import type { GatewayCore } from "../gateway-core.ts";
import { valueAnswer } from "../http/answers.ts";
import { decodePart } from "../http/create-router.ts";
import { HttpFailure } from "../http/http-failure.ts";
import { isPlainObject } from "../http/is-plain-object.ts";
import { parseKeepingDigits } from "../http/parse-keeping-digits.ts";
import { readJsonBody } from "../http/read-json-body.ts";
import type { Route, RouteCall } from "../http/route.ts";
import { answerEvents } from "./answer-events.ts";
import type { Live } from "./create-live.ts";
import { parseChannel } from "./parse-channel.ts";
import { socketPath } from "./web-socket/socket-path.ts";

/** The routes of Grafana Live beside its WebSocket. */
export function liveRoutes(core: GatewayCore, live: Live): readonly Route[] {
  return [
    {
      method: "GET",
      pattern: socketPath,
      handle: () => {
        throw new HttpFailure(426, "expected an upgrade to WebSocket, or use /api/live/sse", {
          headers: { Upgrade: "websocket" },
        });
      },
    },
    {
      method: "GET",
      pattern: "/api/live/sse/:scope/:namespace/*",
      // EventSource of browsers sends no headers.
      hasQueryToken: true,
      handle: (call) => {
        if (call.method === "HEAD") throw new HttpFailure(405, "expected GET, got HEAD");
        const address = parseChannel(
          `${call.params["scope"]}/${call.params["namespace"]}/${decodePart(call.rest)}`,
        );
        const data = dataOf(call.query);
        const { hub, settings } = live;
        return answerEvents(call, { hub, settings, address, data, onEnd: live.enterEvents() });
      },
    },
    {
      method: "POST",
      pattern: "/api/live/publish",
      handle: async (call) => {
        const { channel, data } = await readPublication(core, call);
        await live.hub.publish({ address: parseChannel(channel), call, data, signal: call.signal });
        return valueAnswer(200, {});
      },
    },
    {
      method: "GET",
      pattern: "/api/live/list",
      handle: () => valueAnswer(200, { channels: live.hub.list() }),
    },
  ];
}

const encoder = new TextEncoder();

/** The parameter `data` as it was sent. @throws HttpFailure 400 if it is not JSON */
function dataOf(query: string): Uint8Array {
  const data = new URLSearchParams(query).get("data");
  if (data === null) return new Uint8Array();
  try {
    JSON.parse(data);
  } catch (cause) {
    throw new HttpFailure(400, "expected JSON as the parameter data", { cause });
  }
  return encoder.encode(data);
}

async function readPublication(
  { settings }: GatewayCore,
  call: RouteCall,
): Promise<{ readonly channel: string; readonly data: Uint8Array }> {
  return readJsonBody(call, settings.limits.maxBodyBytes, (bytes) => {
    const body = parseKeepingDigits(new TextDecoder().decode(bytes));
    const { channel, data } = isPlainObject(body) ? body : {};
    if (typeof channel !== "string") throw new HttpFailure(400, "expected an object with channel and data");
    return { channel, data: data === undefined ? new Uint8Array() : encoder.encode(stringify(data)) };
  });
}

/** @throws HttpFailure 400 for a value that is nested too deep */
function stringify(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new HttpFailure(400, "expected data that is nested less deep", { cause });
  }
}

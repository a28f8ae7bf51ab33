// Runs in Chromium: the decoders and the data source of Grafana's frontend, unchanged, on what a gateway answers.
import { type DataFrame, dataFrameFromJSON, StreamingDataFrame } from "@grafana/data";
import {
  DataSourceWithBackend,
  type QueryResponse,
  setBackendSrv,
  toDataQueryResponse,
} from "@grafana/runtime";
import { Centrifuge } from "centrifuge";
import { createGatewayClient } from "grafana-plugin-protocol/gateway/client";
import { from, lastValueFrom } from "rxjs";

/** What the app around the frontend has: the way to its server. */
interface Server {
  readonly url: string;
  readonly token: string;
}

interface BackendRequest {
  readonly url: string;
  readonly method?: string;
  readonly data?: unknown;
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** As the app's service does: an answer with its data, which is thrown for an error status. */
async function send({ url, token }: Server, request: BackendRequest): Promise<unknown> {
  const query = new URLSearchParams(request.params).toString();
  const response = await fetch(url + request.url + (query === "" ? "" : `?${query}`), {
    method: request.method ?? "GET",
    headers: { ...request.headers, "content-type": "application/json", authorization: `Bearer ${token}` },
    body: request.data === undefined ? null : JSON.stringify(request.data),
  });
  const { ok, status, statusText, headers } = response;
  const answer = {
    ok,
    status,
    statusText,
    headers,
    data: await response.json(),
    traceId: headers.get("grafana-trace-id") ?? undefined,
  };
  if (!ok) throw answer;
  return answer;
}

/** JSON in which numbers that it does not have are texts. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "number" && (!Number.isFinite(each) || Object.is(each, -0))
      ? `${Object.is(each, -0) ? "-0" : each}`
      : each,
  );
}

function described({ name = "", meta, length, fields }: DataFrame): unknown {
  return {
    name,
    meta,
    length,
    fields: fields.map(({ name = "", type, labels, config, values, nanos }) => ({
      name,
      type,
      labels,
      config,
      values: [...values],
      nanos,
    })),
  };
}

function answered({ data, state, errors }: QueryResponse): string {
  const frames = data.map((frame) => ({ refId: frame.refId, frame: described(frame) }));
  return text({ state, errors, frames });
}

Object.assign(globalThis, {
  /** What the frontend makes of a frame as the Go SDK writes it. */
  decodeFrames: (jsons: readonly string[]) =>
    text(jsons.map((json) => described(dataFrameFromJSON(JSON.parse(json))))),

  /** What it makes of the bytes of an answer. */
  decodeAnswer: (status: number, body: string, refIds: readonly string[]) =>
    answered(
      toDataQueryResponse(
        { ok: status === 200, status, headers: new Headers(), data: JSON.parse(body) },
        refIds.map((refId) => ({ refId })),
      ),
    ),

  /** What a data source of the frontend gets. */
  useDataSource: async (server: Server, uid: string, type: string, targets: readonly unknown[]) => {
    setBackendSrv({ fetch: (request: BackendRequest) => from(send(server, request)) });
    const source = new DataSourceWithBackend({
      id: 1,
      uid,
      type,
      name: uid,
      meta: { id: type },
      jsonData: {},
    });
    const moment = (ms: number): object => ({ valueOf: () => ms });
    const range = { from: moment(1_325_376_000_000), to: moment(1_325_721_600_000) };
    const answer = await lastValueFrom(
      source.query({
        targets,
        range,
        requestId: "Q100",
        intervalMs: 1000,
        maxDataPoints: 500,
        scopedVars: {},
      }),
    );
    return {
      answer: answered(answer),
      health: await source.callHealthCheck(),
      resource: await source.getResource("columns", { of: "weather" }).catch((failure) => failure.status),
      missing: await source
        .postResource("nothing", {})
        .catch((failure) => [failure.status, failure.data?.message]),
    };
  },

  /** The frame that the frontend keeps for a stream, after some packets that came by server-sent events. */
  followStream: async (server: Server, channel: string, packets: number) => {
    const keep = createKeeper();
    for await (const { data } of createGatewayClient(server).live(channel)) {
      if (keep.add(data) === packets) break;
    }
    return keep.fields();
  },

  /** The same over the socket, by the client that the frontend has for it. */
  followSocket: async ({ url, token }: Server, channel: string, packets: number) => {
    const keep = createKeeper();
    const socket = new Centrifuge(`${url.replace(/^http/, "ws")}/api/live/ws?auth_token=${token}`);
    const subscription = socket.newSubscription(`1/${channel}`);
    await new Promise<void>((resolve, reject) => {
      subscription.on("publication", ({ data }) => {
        if (keep.add(data) === packets) resolve();
      });
      subscription.on("unsubscribed", ({ reason }) => reject(new Error(reason)));
      socket.on("disconnected", ({ reason }) => reject(new Error(reason)));
      subscription.subscribe();
      socket.connect();
    });
    socket.disconnect();
    return keep.fields();
  },
});

/** Keeps a stream as the frontend does: the first packet has the schema. */
function createKeeper(): { readonly add: (packet: unknown) => number; readonly fields: () => string } {
  let frame: StreamingDataFrame | undefined;
  let count = 0;
  return {
    add: (packet) => {
      if (frame === undefined) frame = StreamingDataFrame.fromDataFrameJSON(packet, { maxLength: 1000 });
      else frame.push(packet);
      return ++count;
    },
    fields: () =>
      text(
        frame?.fields.map(({ name, type, labels, values }) => ({ name, type, labels, values: [...values] })),
      ),
  };
}

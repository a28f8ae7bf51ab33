import type { Random } from "../../fuzz/random.ts";
import { range } from "../start-gateway.ts";
import type { Asked, Asking } from "./ask.ts";
import { exportBytes, smallBytes } from "./sizes.ts";

/** A kind of request, made anew for each. */
export interface Kind {
  readonly name: string;
  readonly make: (random: Random, sources: readonly [ours: string, other: string]) => MadeRequest;
}

export interface MadeRequest {
  readonly asking: Asking;
  /** The data sources that have to answer. */
  readonly sources: readonly string[];
  /** What is wrong with an answer; `undefined` for a right one. */
  readonly findFault: (answer: Asked) => string | undefined;
  /** Whether it is the answer to a request whose plugin has died. Default: 500 with the id of such an error. */
  readonly tellsOfDeath?: ((answer: Asked) => boolean) | undefined;
}

const chunk = 500;
const chunks = 20;
const large = 20_000;

export const kinds: readonly Kind[] = [
  query("a query", 20),
  query("a large answer", large),
  query("a large answer that is left", large, 200_000),
  {
    name: "queries of two data sources",
    make: (_, sources) => ({
      asking: post("/api/ds/query", queryBody(sources, 20)),
      sources,
      findFault: (answer) => faultOf(answer, sources.length, 20),
      // Each data source fails for itself.
      tellsOfDeath: ({ status, body }) =>
        status === 400 &&
        Object.values(resultsOf(body)).every(
          ({ error, frames }) => error !== undefined || frames.length === 1,
        ),
    }),
  },
  inChunks("chunks"),
  inChunks("chunks that are left", 50_000),
  resource("a small resource", "small", smallBytes),
  resource("a large resource", "export", exportBytes),
  resource("a large resource that is left", "export", exportBytes, 1_000_000),
  {
    name: "an upload",
    make: (random, [ours]) => {
      const body = new Uint8Array(random.below(300_000) + 1).fill(random.below(256));
      return {
        asking: post(`/api/datasources/uid/${ours}/resources/echo`, body),
        sources: [ours],
        findFault: (answer) =>
          answer.status === 200 && answer.body.equals(body)
            ? undefined
            : `expected its ${body.length} bytes, got ${shown(answer)}`,
      };
    },
  },
  {
    name: "an upload that breaks off",
    make: (random, [ours]) => ({
      asking: {
        method: "POST",
        path: `/api/datasources/uid/${ours}/resources/echo`,
        breaksOffAfter: random.below(200_000) + 1,
      },
      sources: [],
      findFault: (answer) => `expected no answer, got ${shown(answer)}`,
    }),
  },
  {
    name: "a health check",
    make: (_, [ours]) => ({
      asking: { method: "GET", path: `/api/datasources/uid/${ours}/health` },
      sources: [ours],
      findFault: statusFault(200),
    }),
  },
  plain("the data sources", { method: "GET", path: "/api/datasources" }, 200),
  plain("the metrics", { method: "GET", path: "/metrics" }, 200),
  plain("a path that is not there", post("/api/nothing", "{}"), 404),
  plain("a query that is not JSON", post("/api/ds/query", '{"queries":['), 400),
];

function query(name: string, rows: number, leavesAfter?: number): Kind {
  return {
    name,
    make: (random, sources) => {
      const source = random.pick(sources);
      return {
        asking: { ...post("/api/ds/query", queryBody([source], rows)), leavesAfter },
        sources: [source],
        findFault: (answer) => faultOf(answer, 1, rows),
      };
    },
  };
}

function inChunks(name: string, leavesAfter?: number): Kind {
  return {
    name,
    make: (random, sources) => {
      const source = random.pick(sources);
      const path = `/apis/${source}.datasource.grafana.app/v0alpha1/namespaces/default/datasources/${source}/query`;
      const body = queryBody([source], chunk * chunks, chunk);
      return {
        asking: { ...post(path, body), headers: { Accept: "text/jsonl" }, leavesAfter },
        sources: [source],
        findFault: (answer) => {
          const rows = linesOf(answer).map(({ frame }) => frame?.data.values[0]?.length);
          return answer.status === 200 && rows.length === chunks && rows.every((count) => count === chunk)
            ? undefined
            : `expected ${chunks} lines of ${chunk} rows, got ${shown(answer)}`;
        },
        // Before the first line the answer is an error in the way of Kubernetes.
        tellsOfDeath: (answer) =>
          answer.status === 500 || (answer.status === 200 && linesOf(answer).at(-1)?.error !== undefined),
      };
    },
  };
}

function resource(name: string, path: string, bytes: number, leavesAfter?: number): Kind {
  return {
    name,
    make: (random, sources) => {
      const source = random.pick(sources);
      return {
        asking: { method: "GET", path: `/api/datasources/uid/${source}/resources/${path}`, leavesAfter },
        sources: [source],
        findFault: (answer) =>
          answer.status === 200 && answer.body.length === bytes
            ? undefined
            : `expected ${bytes} bytes, got ${shown(answer)}`,
      };
    },
  };
}

function plain(name: string, asking: Asking, status: number): Kind {
  return { name, make: () => ({ asking, sources: [], findFault: statusFault(status) }) };
}

function post(path: string, body: string | Uint8Array): Asking {
  return { method: "POST", path, body };
}

function queryBody(sources: readonly string[], rows: number, ofChunk = rows): string {
  const queries = sources.map((uid, index) => ({
    refId: String.fromCharCode(65 + index),
    datasource: { uid },
    rows,
    chunk: ofChunk,
  }));
  return JSON.stringify({ ...range, queries });
}

interface Result {
  readonly error?: string;
  readonly frames: readonly FrameJson[];
}

interface FrameJson {
  readonly data: { readonly values: readonly (readonly unknown[])[] };
}

interface Line {
  readonly frame?: FrameJson;
  readonly error?: string;
}

function resultsOf(body: Buffer): Readonly<Record<string, Result>> {
  return (JSON.parse(body.toString()) as { readonly results: Record<string, Result> }).results;
}

function linesOf({ status, body }: Asked): Line[] {
  if (status !== 200) return [];
  return body
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

function faultOf(answer: Asked, results: number, rows: number): string | undefined {
  if (answer.status === 200) {
    const all = Object.values(resultsOf(answer.body));
    const isRight = ({ frames: [frame] }: Result): boolean => frame?.data.values[0]?.length === rows;
    if (all.length === results && all.every(isRight)) return undefined;
  }
  return `expected ${results} results of ${rows} rows, got ${shown(answer)}`;
}

function statusFault(expected: number): MadeRequest["findFault"] {
  return (answer) => (answer.status === expected ? undefined : `expected ${expected}, got ${shown(answer)}`);
}

function shown({ status, body }: Asked): string {
  return `${status} with ${body.length} bytes: ${body.toString("utf8", 0, 200)}`;
}

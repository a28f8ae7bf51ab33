import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** A request that the server has answered. */
export interface SeenRequest {
  readonly path: string;
  readonly traceparent: string | undefined;
}

/** A small exchange with the same prices each time. */
export interface ExchangeServer {
  readonly server: Server;
  /** The requests so far, the oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Connections that wait for trades of a symbol. */
  listeners(symbol: string): number;
  /** Trades, which all listeners receive. */
  trade(symbol: string, price: number): void;
}

const symbols = [
  { symbol: "ACME", name: "Acme Corporation", isOpen: true, base: 100 },
  { symbol: "GLOBEX", name: "Globex", isOpen: true, base: 20 },
  // Nobody trades it any more: what listens gets the last trades, and then the end.
  { symbol: "OLDCO", name: "Old Company", isOpen: false, base: 7 },
] as const;

type Listed = (typeof symbols)[number];

/**
 * Makes the server of an exchange: `GET /v1/symbols`, `GET /v1/candles?symbol=…&from=…&to=…&stepMs=…`, and `GET
 * /v1/trades?symbol=…`, a line of JSON for each trade. All want `Authorization: Bearer <token>`.
 *
 * `node exchange-server.ts 3334 secret` runs it alone.
 */
export function createExchangeServer(token: string): ExchangeServer {
  const requests: SeenRequest[] = [];
  const listening = new Map<string, Set<ServerResponse>>(symbols.map(({ symbol }) => [symbol, new Set()]));
  const listen = ({ symbol, base, isOpen }: Listed, response: ServerResponse): void => {
    response.writeHead(200, { "Content-Type": "application/x-ndjson" });
    if (!isOpen) {
      response.end([1, 2, 3].map((more) => line(base + more)).join(""));
      return;
    }
    response.flushHeaders();
    listening.get(symbol)?.add(response);
    response.on("close", () => listening.get(symbol)?.delete(response));
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://exchange");
    requests.push({ path: pathname, traceparent: request.headers["traceparent"]?.toString() });
    const listed = symbols.find(({ symbol }) => symbol === searchParams.get("symbol"));
    if (request.headers.authorization !== `Bearer ${token}`) send(response, 401, { message: "wrong token" });
    else if (pathname === "/v1/symbols") send(response, 200, symbols);
    else if (listed === undefined) send(response, 404, { message: "no such symbol" });
    else if (pathname === "/v1/candles") send(response, 200, candlesOf(listed, searchParams));
    else if (pathname === "/v1/trades") listen(listed, response);
    else send(response, 404, { message: "not found" });
  };
  return {
    server: createServer(answer),
    requests,
    listeners: (symbol) => listening.get(symbol)?.size ?? 0,
    trade: (symbol, price) => {
      for (const listener of listening.get(symbol) ?? []) listener.write(line(price));
    },
  };
}

function send(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

function line(price: number): string {
  return `${JSON.stringify({ price })}\n`;
}

/** Time and closing price of each step of the range. */
function candlesOf({ base }: Listed, params: URLSearchParams): (readonly [number, number])[] {
  const [from = 0, to = 0, step = 1] = ["from", "to", "stepMs"].map((name) => Number(params.get(name)));
  const count = Math.min(1000, Math.floor((to - from) / Math.max(1, step)) + 1);
  return Array.from({ length: count }, (_, index) => [from + index * step, base + (index % 5)]);
}

if (import.meta.main) {
  const [, , port = "3334", token = "secret"] = process.argv;
  const { server } = createExchangeServer(token);
  server.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));
}

import type { RequestContext } from "../context/request-context.ts";

/** Options of a request by {@link DataSourceFetch}, in addition to those of the global `fetch`. */
export interface DataSourceRequestInit extends RequestInit {
  /**
   * The call of the host that the request belongs to. Its trace is passed on (`traceparent`), its alert mark
   * (`FromAlert`) and the host's product (`User-Agent`); its configuration limits the response, and its recorder gets
   * the request. Its signal is not used: pass `signal` for that.
   */
  readonly context?: RequestContext | undefined;
  /**
   * As `context`; the login that the host forwards is passed on, too: `Authorization`, `Cookie`, `X-Id-Token` and
   * `X-Grafana-Id`, and the headers that `forwardHeaders` names. None replaces a header of the request or the settings.
   */
  readonly forward?: RequestContext | undefined;
  /** Largest body of the response in bytes, in place of the limits of the host and of `createFetch`. */
  readonly responseLimitBytes?: number | undefined;
}

/**
 * A `fetch` for the server of a data source. A relative input is below the data source's URL, with a leading slash or
 * without; an absolute one is taken as it is.
 */
export interface DataSourceFetch extends AsyncDisposable {
  (input: string | URL | Request, init?: DataSourceRequestInit): Promise<Response>;
  /** Closes the connections. Requests in flight, and later ones, reject. */
  close(): Promise<void>;
}

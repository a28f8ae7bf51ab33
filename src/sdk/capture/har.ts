/** Recorded HTTP, as HAR 1.2: what the developer tools of browsers read and write. */
export interface Har {
  readonly log: {
    readonly version: "1.2";
    readonly creator: { readonly name: string; readonly version: string };
    readonly entries: readonly HarEntry[];
  };
}

/** A request with its response. Times are in milliseconds; a size of -1 is not known. */
export interface HarEntry {
  /** RFC 3339, in UTC. */
  readonly startedDateTime: string;
  readonly time: number;
  readonly request: HarRequest;
  /** With status 0 for a request that got no response: `comment` has the error. */
  readonly response: HarResponse;
  readonly cache: Readonly<Record<string, never>>;
  readonly timings: { readonly send: number; readonly wait: number; readonly receive: number };
  readonly comment?: string;
  /** For a query that is not HTTP. */
  readonly _query?: HarQuery;
}

export interface HarRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: readonly HarPair[];
  readonly queryString: readonly HarPair[];
  readonly cookies: readonly HarPair[];
  readonly postData?: HarText & { readonly mimeType: string };
  readonly bodySize: number;
  readonly headersSize: number;
}

export interface HarResponse {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  readonly headers: readonly HarPair[] | null;
  readonly cookies: readonly HarPair[] | null;
  readonly content: HarText & { readonly size: number; readonly mimeType: string };
  readonly redirectURL: string;
  readonly bodySize: number;
  readonly headersSize: number;
}

export interface HarPair {
  readonly name: string;
  readonly value: string;
}

/** A body; base64 if it is not UTF-8. */
export interface HarText {
  readonly text: string;
  readonly encoding?: "base64";
}

/** What HAR has no field for, of a query that is not HTTP; upstream's extension, version 1. */
export interface HarQuery {
  readonly version: 1;
  /** The kind of query, such as `sql.query`. */
  readonly kind: string;
  readonly datasourceUid?: string;
  readonly datasourceType?: string;
  readonly datasourceName?: string;
  readonly refId?: string;
  /** The values of placeholders, in their order. */
  readonly args?: readonly string[];
  readonly statementTruncated?: true;
  readonly argsTruncated?: true;
  readonly frameCount: number;
  /** -1 if it is not known. */
  readonly rowCount: number;
  readonly error?: string;
}

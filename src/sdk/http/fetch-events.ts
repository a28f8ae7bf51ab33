/**
 * The labels of upstream's metrics `plugins_datasource_*`, without `code` and `method`.
 */
export interface FetchLabels {
  /** The id of the plugin, without characters that a label cannot have; empty when it is not known. */
  readonly datasource_type: string;
  readonly secure_socks_ds_proxy_enabled: "true" | "false";
  /** The call of the host, such as `queryData`; empty without a context. */
  readonly endpoint: string;
}

/** What happens to one outgoing request, in this order; redirects are requests of their own. */
export type FetchEvent =
  /** For `plugins_datasource_request_in_flight`: one more. */
  | { readonly type: "start"; readonly labels: FetchLabels }
  /**
   * The head of the response is there, or there is none (`code` undefined, an `error`): one less in flight. With a code,
   * for `plugins_datasource_request_total` and `plugins_datasource_request_duration_seconds`, with the labels `code` and
   * `method` in addition.
   */
  | {
      readonly type: "response";
      readonly labels: FetchLabels;
      readonly code: string | undefined;
      /** In lower case; `unknown` for a method that HTTP does not define. */
      readonly method: string;
      readonly durationSeconds: number;
      readonly error: unknown;
    }
  /**
   * The body was read or given up: for `plugins_datasource_response_size_bytes` and `plugins_datasource_response_size`.
   */
  | { readonly type: "end"; readonly labels: FetchLabels; readonly bytes: number };

/** The name of a method as upstream's label has it. */
export function methodLabel(method: string): string {
  return /^(GET|PUT|HEAD|POST|DELETE|CONNECT|OPTIONS|NOTIFY|TRACE|PATCH)$/.test(method)
    ? method.toLowerCase()
    : "unknown";
}

/** Text as a label of upstream: letters, digits and `_`, no digit at the start, `_` for a space. */
export function labelText(text: string): string {
  return text.replace(/^\d/, "").replaceAll(" ", "_").replace(/\W/g, "");
}

import { HttpFailure } from "../http/http-failure.ts";

/** A channel of a plugin's streams. */
export interface ChannelAddress {
  /** `ds/<uid>/<path>` or `plugin/<id>/<path>`. */
  readonly name: string;
  readonly scope: "ds" | "plugin";
  /** The uid of the data source, or the id of the plugin. */
  readonly namespace: string;
  readonly path: string;
}

/** Grafana's rule, in which `A-z` also has the six characters between `Z` and `a`. */
const form = /^[A-z0-9_\-/=.]{1,160}$/;

/**
 * Parses the name of a channel, without the organisation.
 *
 * @throws HttpFailure 400 for a text that is not one, 404 for a scope that a gateway does not have
 */
export function parseChannel(name: string): ChannelAddress {
  const [, scope = "", namespace = "", path = ""] = /^([^/]+)\/([^/]+)\/(.+)$/s.exec(name) ?? [];
  if (!form.test(name) || path === "") {
    throw new HttpFailure(400, "invalid channel ID: expected ds/<uid>/<path> or plugin/<id>/<path>");
  }
  if (scope === "ds" || scope === "plugin") return { name, scope, namespace, path };
  if (/^\d+$/.test(scope)) {
    throw new HttpFailure(404, "Channel not found: expected ds/<uid>/<path>, without the organisation");
  }
  throw new HttpFailure(404, "Channel not found: this gateway has those of the scopes ds and plugin");
}

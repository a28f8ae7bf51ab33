import { createFrame } from "../../frames/create-frame.ts";
import type { Frame } from "../../frames/frame.ts";

/** A channel of Grafana Live, without the organisation. */
export interface Channel {
  /** `ds` for a data source, `plugin` for an app, or one of Grafana's own: `grafana`, `stream`, `watch`. */
  readonly scope: string;
  /** The uid of the data source, or the id of the plugin. */
  readonly namespace: string;
  /** What the plugin receives as the path of a stream. */
  readonly path: string;
}

/** Longest channel in characters. */
const maxChars = 160;
/** As in the Go SDK, whose range from A to z includes the six characters between Z and a. */
const name = /^[A-z0-9_\-.]+$/;
const pathName = /^[A-z0-9_\-/=.]+$/;

/**
 * Parses a channel such as `ds/<uid>/prices/ACME`.
 *
 * @throws TypeError for a text that is not a channel: hosts refuse it
 */
export function parseChannel(text: string): Channel {
  const [scope = "", namespace = "", ...rest] = text.split("/");
  return checkChannel({ scope, namespace, path: rest.join("/") });
}

/**
 * Formats a channel.
 *
 * @throws TypeError for parts that hosts refuse
 */
export function formatChannel(channel: Channel): string {
  const { scope, namespace, path } = checkChannel(channel);
  return `${scope}/${namespace}/${path}`;
}

function checkChannel(channel: Channel): Channel {
  const { scope, namespace, path } = channel;
  const refuse = (problem: string): TypeError =>
    new TypeError(
      `${problem}, got the channel ${JSON.stringify(`${scope}/${namespace}/${path}`.slice(0, 2 * maxChars))}`,
    );
  if (scope === "" || namespace === "" || path === "") {
    throw refuse("expected scope/namespace/path, such as ds/<uid>/prices");
  }
  if (!name.test(scope) || !name.test(namespace)) {
    throw refuse("expected letters, digits, _, - and . in scope and namespace");
  }
  if (!pathName.test(path)) throw refuse("expected letters, digits, _, -, ., / and = in the path");
  const length = scope.length + namespace.length + path.length + 2;
  if (length > maxChars) throw refuse(`expected at most ${maxChars} characters, not ${length}`);
  return channel;
}

/**
 * A frame that starts a stream: the frontend that receives it as the answer of a query subscribes to the channel of this
 * path. The frame has what is known already, or no rows.
 *
 * @param uid of the data source
 * @throws TypeError for a uid or path that hosts refuse
 */
export function streamedFrame(frame: Frame, uid: string, path: string): Frame {
  const channel = formatChannel({ scope: "ds", namespace: uid, path });
  return createFrame({ ...frame, meta: { ...frame.meta, channel } });
}

import { declaredSource, type ErrorSource, sourceOfDetails } from "../../handlers/error-source.ts";
import { type ErrorKind, errorKinds } from "./error-kind.ts";
import { errorLinks, read } from "./error-links.ts";

/** A file that may not be read is the plugin's own problem. */
const downstreamKinds: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  "cancelled",
  "certificate",
  "closed",
  "connection",
  "name-not-found",
  "refused",
  "timeout",
]);

/**
 * Whose fault an error is, by the table of the Go SDK for outgoing HTTP. `downstream` is:
 *
 * - an error that {@link downstream} or a `QueryError` marks so;
 * - a timeout, and a cancelled call;
 * - a connection that was refused or reset, or has no route;
 * - a host name that does not exist, but not a resolver that does not answer;
 * - a certificate that is not accepted;
 * - a connection that the peer closed before its answer was complete.
 *
 * Causes count, those of `fetch` too, and all errors of an `AggregateError`. As in Go a mark as `plugin` does not hide
 * one of these below it. Everything else is `plugin`.
 */
export function classifyError(error: unknown): ErrorSource {
  const isMarked = errorLinks(error).some((link) => sourceOf(link) === "downstream");
  return isMarked || errorKinds(error).some((kind) => downstreamKinds.has(kind)) ? "downstream" : "plugin";
}

/** Whether {@link classifyError} finds a service that the plugin calls at fault. */
export function isDownstream(error: unknown): boolean {
  return classifyError(error) === "downstream";
}

function sourceOf(link: Readonly<Record<string, unknown>>): ErrorSource | undefined {
  return declaredSource(link) ?? sourceOfDetails(read(link, "details"));
}

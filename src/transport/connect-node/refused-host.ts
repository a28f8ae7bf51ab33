import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { isIP } from "node:net";

/**
 * Says why the `Host` of a request is refused; `undefined` if the request may be served.
 *
 * A web page may resolve its own name to this machine (DNS rebinding), and then call servers here as if they were its
 * own. Such a request has the page's name in `Host`. Names that cannot belong to a page are always allowed: `localhost`
 * and addresses. With TLS a page cannot do this, because the certificate is not for its name; nor over HTTP/2 without
 * TLS, which browsers do not speak.
 */
export function refusedHost(
  request: IncomingMessage | Http2ServerRequest,
  allowed: readonly string[],
): string | undefined {
  const isReachableByPages = request.httpVersionMajor === 1 && !("encrypted" in request.socket);
  const { host } = request.headers;
  if (!isReachableByPages || host === undefined) return undefined;
  const name = hostName(host);
  // Browsers always send a valid name.
  if (name === undefined || isOwn(name) || allowed.some((each) => each.toLowerCase() === name)) {
    return undefined;
  }
  return (
    `requests for the host ${JSON.stringify(name)} are refused, which guards against DNS rebinding: ` +
    "add its name to allowedHosts of createRequestListener\n"
  );
}

function isOwn(name: string): boolean {
  const address = name.replace(/^\[|\]$/g, "");
  return name === "localhost" || name.endsWith(".localhost") || isIP(address) !== 0;
}

/** The host in lower case and without the port; `undefined` if it is invalid. The results of `URL` are printable. */
function hostName(host: string): string | undefined {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { isIP } from "node:net";

/**
 * Why a request is refused by the name that it came for; `undefined` where it may be served.
 *
 * A page that a browser shows may let its own name lead to this machine (DNS rebinding), and then call what listens here
 * as if it were its own server. Such a request has the page's name in `Host`. Names that cannot be another's are
 * always allowed: `localhost` and addresses. By TLS and by HTTP/2 without it no page comes through: the certificate is
 * not for its name, and browsers do not speak it.
 */
export function refusedHost(
  request: IncomingMessage | Http2ServerRequest,
  allowed: readonly string[],
): string | undefined {
  const isReachableByPages = request.httpVersionMajor === 1 && !("encrypted" in request.socket);
  const { host } = request.headers;
  if (!isReachableByPages || host === undefined) return undefined;
  const name = hostName(host);
  // What is not a name comes from no browser.
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

/** In lower case and without the port; `undefined` for what is not a host. Of what `URL` gives, all is printable. */
function hostName(host: string): string | undefined {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

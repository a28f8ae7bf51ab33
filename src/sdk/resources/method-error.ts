/** The method of a call that a `Request` cannot have. */
export class MethodError extends Error {
  override readonly name: string = "MethodError";
}

/** A token (RFC 9110, 9.1), and not one of those that Fetch refuses. */
const allowed = /^(?!(?:CONNECT|TRACE|TRACK)$)[!#$%&'*+\-.^_`|~0-9A-Z]+$/;

/** The method of a request as Fetch has it: GET for a call without one. */
export function requestMethod(given: string): string {
  const method = given === "" ? "GET" : given.toUpperCase();
  if (allowed.test(method)) return method;
  throw new MethodError("expected a method that Fetch allows, such as GET or POST");
}

import type { CallResourceRequest } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import type { CallFacts } from "../context/call-facts.ts";
import { requestMethod } from "./method-error.ts";
import { resourceUrl } from "./resource-url.ts";

/** Makes the `Request` of a resource call. Throws a `MethodError` for a method that a `Request` cannot have. */
export type RequestMaker = (message: CallResourceRequest, call: CallFacts) => Request;

/**
 * Makes what makes requests. A `Request` is a large part of the cost of a small call, so one without a body (GET, HEAD) is an
 * object with the prototype of `Request` that makes the real one when a handler reads more than method, URL, headers and
 * signal. Routers read no more than these.
 *
 * @param isStandard every request is a real one
 */
export function createRequestMaker(isStandard: boolean): RequestMaker {
  let classes: RequestClasses | undefined;
  return (message, call) => {
    const method = requestMethod(message.method);
    // Not when the module is loaded: the first Request of a process loads all of fetch.
    classes ??= makeClasses();
    const { LazyRequest, CallRequest } = classes;
    const isBodiless = method === "GET" || method === "HEAD";
    if (isBodiless && !isStandard) return new LazyRequest(message, method, call);
    const headers = toHeaders(message);
    const hasBody = !isBodiless && message.body.length > 0;
    const init = hasBody
      ? { method, headers, body: message.body as Uint8Array<ArrayBuffer> }
      : { method, headers };
    return new CallRequest(resourceUrl(message), init, call);
  };
}

interface RequestClasses {
  readonly LazyRequest: new (message: CallResourceRequest, method: string, call: CallFacts) => Request;
  readonly CallRequest: CallRequestClass;
}

type CallRequestClass = new (url: string, init: RequestInit, call: CallFacts) => Request;

function makeClasses(): RequestClasses {
  /** A `Request` whose signal is that of the call: one of its own would be a second signal that follows it. */
  class CallRequest extends Request {
    readonly #call: CallFacts;

    constructor(url: string, init: RequestInit, call: CallFacts) {
      super(url, init);
      this.#call = call;
    }

    override get signal(): AbortSignal {
      return this.#call.signal;
    }

    override clone(): Request {
      const call = this.#call;
      return Object.defineProperty(super.clone(), "signal", { get: () => call.signal, configurable: true });
    }
  }
  return { CallRequest, LazyRequest: makeLazyRequest(CallRequest) };
}

function toHeaders({ headers }: CallResourceRequest): Headers {
  const made = new Headers();
  for (const name in headers) {
    for (const value of headers[name]?.values ?? []) {
      try {
        made.append(name, value);
      } catch {
        // A name or a value that HTTP does not allow cannot have come by HTTP.
      }
    }
  }
  return made;
}

function makeLazyRequest(CallRequest: CallRequestClass): RequestClasses["LazyRequest"] {
  class LazyRequest {
    readonly method: string;
    readonly #message: CallResourceRequest;
    readonly #call: CallFacts;
    #url: string | undefined;
    #headers: Headers | undefined;
    #real: Request | undefined;

    constructor(message: CallResourceRequest, method: string, call: CallFacts) {
      this.method = method;
      this.#message = message;
      this.#call = call;
    }

    get url(): string {
      this.#url ??= resourceUrl(this.#message);
      return this.#url;
    }

    get headers(): Headers {
      this.#headers ??= toHeaders(this.#message);
      return this.#headers;
    }

    get signal(): AbortSignal {
      return this.#call.signal;
    }

    get body(): null {
      return null;
    }

    #standard(): Request {
      const { url, method, headers } = this;
      this.#real ??= new CallRequest(url, { method, headers }, this.#call);
      return this.#real;
    }

    static {
      inherit(LazyRequest.prototype, (request: LazyRequest) => request.#standard());
    }
  }
  // Its prototype is that of Request, which TypeScript does not see.
  return LazyRequest as unknown as RequestClasses["LazyRequest"];
}

/** Everything else that a Request has is that of the real one. */
function inherit<Lazy extends object>(prototype: Lazy, realOf: (request: Lazy) => Request): void {
  for (const key of Reflect.ownKeys(Request.prototype)) {
    const property = Reflect.getOwnPropertyDescriptor(Request.prototype, key);
    if (
      property === undefined ||
      Object.hasOwn(prototype, key) ||
      key === "constructor" ||
      key === "method"
    ) {
      continue;
    }
    const { get, value } = property;
    if (get !== undefined) {
      Object.defineProperty(prototype, key, {
        ...property,
        get(this: Lazy) {
          return Reflect.get(realOf(this), key);
        },
      });
    } else if (typeof value === "function") {
      Object.defineProperty(prototype, key, {
        ...property,
        value(this: Lazy, ...given: unknown[]): unknown {
          const real = realOf(this) as unknown as Record<PropertyKey, (...all: unknown[]) => unknown>;
          return real[key]?.(...given);
        },
      });
    }
  }
  Object.setPrototypeOf(prototype, Request.prototype);
}

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { promisify } from "node:util";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  classifyError,
  downstream,
  errorSourceFromHttpStatus,
  httpStatusOf,
  isDownstream,
  pluginError,
  requestStatusOf,
  toQueryError,
} from "grafana-plugin-protocol/sdk";
import { QueryError } from "grafana-plugin-protocol/v2";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";

interface Golden {
  readonly pluginStatuses: readonly number[];
  readonly errors: readonly {
    readonly name: string;
    readonly isDownstreamHttp: boolean;
    readonly requestStatus: string;
    readonly queryStatus: number;
  }[];
}

const path = new URL("../../golden/error-sources.json", import.meta.url);
const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;
const go = await buildGoPeers();

const boom = (): Error => new Error("boom");
const below = (cause: unknown): Error => new Error("outer", { cause });
/** As the runtime makes them, with the code that tells them apart. */
const withCode = (code: string): Error => Object.assign(new Error(code), { code });
/** As `fetch` throws it. */
const ofFetch = (cause: unknown): Error => new TypeError("fetch failed", { cause });

/** What Node or Connect throws where Go has the error of this name. */
const made: Readonly<Record<string, () => unknown>> = {
  plain: boom,
  downstream: () => downstream(boom()),
  plugin: () => pluginError(boom()),
  "downstream below a plain error": () => below(downstream(boom())),
  "downstream below plugin": () => pluginError(below(downstream(boom()))),
  "plugin below downstream": () => downstream(below(pluginError(boom()))),
  "downstream among joined errors": () => new AggregateError([boom(), downstream(boom())], "joined"),
  cancelled: () => AbortSignal.abort().reason,
  "cancelled below a plain error": () => below(AbortSignal.abort().reason),
  "cancelled below plugin": () => pluginError(below(AbortSignal.abort().reason)),
  "status Canceled": () => new ConnectError("boom", Code.Canceled),
  "status Unavailable": () => new ConnectError("boom", Code.Unavailable),
  "status DeadlineExceeded": () => new ConnectError("boom", Code.DeadlineExceeded),
  timeout: () => new DOMException("the time is over", "TimeoutError"),
  "timeout of a request": () => ofFetch(withCode("UND_ERR_HEADERS_TIMEOUT")),
  "host not found": () => ofFetch(withCode("ENOTFOUND")),
  "resolver does not answer": () => ofFetch(withCode("EAI_AGAIN")),
  "resolver times out": () => withCode("ETIMEDOUT"),
  "unknown authority": () => ofFetch(withCode("UNABLE_TO_GET_ISSUER_CERT_LOCALLY")),
  "certificate expired": () => ofFetch(withCode("CERT_HAS_EXPIRED")),
  "certificate of another host": () => ofFetch(withCode("ERR_TLS_CERT_ALTNAME_INVALID")),
  "TLS record broken": () => ofFetch(withCode("ERR_SSL_WRONG_VERSION_NUMBER")),
  "closed before the answer": () => ofFetch(withCode("UND_ERR_SOCKET")),
  "closed while reading": () => new TypeError("terminated", { cause: withCode("UND_ERR_SOCKET") }),
  "end of a file": () => new RangeError("the end of the file"),
  EACCES: () => withCode("EACCES"),
  EPERM: () => withCode("EPERM"),
  ENOENT: () => withCode("ENOENT"),
  "ECONNREFUSED among joined errors": () =>
    ofFetch(new AggregateError([boom(), withCode("ECONNREFUSED")], "joined")),
};

function makeError(name: string): unknown {
  const make = made[name];
  if (make !== undefined) return make();
  assert.match(name, /^E[A-Z]+$/, "every other name is a code of the system");
  return ofFetch(withCode(name));
}

/**
 * Go has two errors for a deadline: that of the context is `downstream`, and a gRPC status is not. In Connect both are
 * a `ConnectError` with this code, so both are `downstream`, and both have 504.
 */
const asInTheContext = "status DeadlineExceeded";

test("the golden sources of errors are what the Go SDK says", {
  skip: go === undefined && withoutGo,
}, async () => {
  assert.ok(go);

  const { stdout } = await promisify(execFile)(go.errorSources);

  assert.equal(stdout, readFileSync(path, "utf8"));
});

suite("an error has the source that the Go SDK gives it", () => {
  assert.ok(golden.errors.length > 30);
  for (const { name, isDownstreamHttp, requestStatus, queryStatus } of golden.errors) {
    test(`error: ${name}`, () => {
      const error = makeError(name);

      const isException = name === asInTheContext;
      assert.equal(isDownstream(error), isDownstreamHttp || isException);
      assert.equal(classifyError(error), isDownstreamHttp || isException ? "downstream" : "plugin");
      assert.equal(requestStatusOf(error), requestStatus);
      assert.equal(httpStatusOf(error), isException ? 504 : queryStatus);
    });
  }
});

test("every HTTP status has the source that the Go SDK gives it", () => {
  const statuses = Array.from({ length: 500 }, (_, index) => index + 100);

  assert.deepEqual(
    statuses.filter((status) => errorSourceFromHttpStatus(status) === "plugin"),
    golden.pluginStatuses,
  );
});

test("a cause that leads back to its error ends the search", () => {
  const error: Error & { cause?: unknown } = boom();
  error.cause = below(error);

  assert.equal(classifyError(error), "plugin");
});

test("anything that can be thrown has a source", () => {
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw boom();
      },
    },
  );

  for (const thrown of [undefined, null, 0, "text", Symbol("s"), hostile, () => {}]) {
    assert.equal(classifyError(thrown), "plugin");
    assert.equal(httpStatusOf(thrown), 500);
  }
});

test("toQueryError keeps a QueryError and describes anything else", () => {
  const own = new QueryError("mine", { status: 418 });
  const refused = ofFetch(withCode("ECONNREFUSED"));

  assert.equal(toQueryError(own), own);
  const { message, status, errorSource, cause } = toQueryError(refused);
  assert.deepEqual(
    { message, status, errorSource },
    { message: "fetch failed", status: 502, errorSource: "downstream" },
  );
  assert.equal(cause, refused);
});

import assert from "node:assert/strict";
import { generateKeyPairSync, verify } from "node:crypto";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { suite, type TestContext, test } from "node:test";
import { PluginError } from "grafana-plugin-protocol";
import { withClientCredentials, withJwtBearer } from "grafana-plugin-protocol/sdk";
import { rejectionOf } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";
import { httpServer, seen } from "./servers.ts";
import { fetchFor } from "./settings.ts";

interface TokenRequest {
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

/**
 * A server with a token endpoint, `/token`, that gives the tokens `t1`, `t2` and so on; everything else asks for the
 * newest one and answers with the method and the body.
 */
async function protectedServer(
  t: TestContext,
  answer: (response: ServerResponse, token: string, count: number) => void = (response, token) =>
    response.end(JSON.stringify({ access_token: token, token_type: "bearer", expires_in: 3600 })),
) {
  const tokenRequests: TokenRequest[] = [];
  const accepted = new Set<string>();
  const calls: string[] = [];
  const origin = await httpServer(t, async (request, response) => {
    const { headers, body, url, method } = await seen(request);
    if (url === "/token") {
      tokenRequests.push({ headers, form: new URLSearchParams(body) });
      const token = `t${tokenRequests.length}`;
      accepted.add(`Bearer ${token}`);
      answer(response, token, tokenRequests.length);
      return;
    }
    calls.push(String(headers.authorization));
    response.writeHead(accepted.has(String(headers.authorization)) ? 200 : 401).end(`${method} ${body}`);
  });
  return { origin, tokenUrl: `${origin}/token`, tokenRequests, accepted, calls };
}

const client = { clientId: "my client", clientSecret: "s3cret/+" };

suite("client credentials", () => {
  test("are sent in the header, encoded as in a form, with scopes and further parameters", async (t) => {
    const { origin, tokenUrl, tokenRequests, calls } = await protectedServer(t);
    const fetch = withClientCredentials(fetchFor(t, { url: origin }), {
      ...client,
      tokenUrl,
      scopes: ["read", "write"],
      params: { audience: "api" },
    });

    assert.equal((await fetch("x")).status, 200);

    const [{ headers, form } = assert.fail()] = tokenRequests;
    assert.equal(headers.authorization, `Basic ${btoa("my+client:s3cret%2F%2B")}`);
    assert.deepEqual(Object.fromEntries(form), {
      grant_type: "client_credentials",
      scope: "read write",
      audience: "api",
    });
    assert.deepEqual(calls, ["Bearer t1"]);
  });

  test("are sent in the body where the server wants that", async (t) => {
    const { origin, tokenUrl, tokenRequests } = await protectedServer(t);
    const own = { ...client, tokenUrl, clientAuthentication: "post" } as const;

    await withClientCredentials(fetchFor(t, { url: origin }), own)("x");

    const [{ headers, form } = assert.fail()] = tokenRequests;
    assert.equal(headers.authorization, undefined);
    assert.deepEqual([form.get("client_id"), form.get("client_secret")], ["my client", "s3cret/+"]);
  });

  test("do not send the login of the data source to a token endpoint elsewhere", async (t) => {
    const api = await protectedServer(t);
    const login = await protectedServer(t);
    const settings = { url: api.origin, user: "me", secureJsonData: { password: "p" } };
    const own = { ...client, tokenUrl: login.tokenUrl, clientAuthentication: "post" } as const;

    await withClientCredentials(fetchFor(t, settings), own)("x");

    assert.equal(login.tokenRequests[0]?.headers.authorization, undefined);
  });

  test("give one token to requests that come together, and to later ones", async (t) => {
    const { origin, tokenUrl, tokenRequests } = await protectedServer(t);
    const fetch = withClientCredentials(fetchFor(t, { url: origin }), { ...client, tokenUrl });

    const responses = await Promise.all(Array.from({ length: 20 }, () => fetch("x")));
    responses.push(await fetch("x"));

    assert.ok(responses.every(({ status }) => status === 200));
    assert.equal(tokenRequests.length, 1);
  });

  test("are used again when the token ends within the leeway", async (t) => {
    const requests = async (expiresIn: string, leewayMs?: number): Promise<number> => {
      const { origin, tokenUrl, tokenRequests } = await protectedServer(t, (response, token) =>
        response.end(JSON.stringify({ access_token: token, expires_in: expiresIn })),
      );
      const fetch = withClientCredentials(fetchFor(t, { url: origin }), { ...client, tokenUrl, leewayMs });
      for (let count = 0; count < 3; count++) await fetch("x");
      return tokenRequests.length;
    };

    assert.equal(await requests("9"), 3, "10 s by default");
    assert.equal(await requests("3600"), 1);
    assert.equal(await requests("3600", 3_600_001), 3);
  });

  test("are used once more after 401, for all requests together, and the request is repeated", async (t) => {
    const { origin, tokenUrl, tokenRequests, accepted, calls } = await protectedServer(t);
    const fetch = withClientCredentials(fetchFor(t, { url: origin }), { ...client, tokenUrl });
    await fetch("x");
    accepted.clear();
    calls.length = 0;

    const bodies = await Promise.all(
      [1, 2, 3].map(async (each) => (await fetch("x", { method: "POST", body: `body ${each}` })).text()),
    );

    assert.deepEqual(bodies, ["POST body 1", "POST body 2", "POST body 3"]);
    assert.equal(tokenRequests.length, 2);
    assert.deepEqual(calls.toSorted(), [
      "Bearer t1",
      "Bearer t1",
      "Bearer t1",
      "Bearer t2",
      "Bearer t2",
      "Bearer t2",
    ]);
  });

  test("are not used for a 401 that stays, nor for a body that can be sent only once", async (t) => {
    const { origin, tokenUrl, accepted, calls } = await protectedServer(t, (response, token) =>
      response.end(JSON.stringify({ access_token: `not-${token}` })),
    );
    const fetch = withClientCredentials(fetchFor(t, { url: origin }), { ...client, tokenUrl });
    accepted.clear();

    assert.equal((await fetch("x")).status, 401);
    assert.equal(calls.length, 2);
    const body = new Blob(["x"]).stream();
    assert.equal((await fetch("x", { method: "POST", body, duplex: "half" } as RequestInit)).status, 401);
    assert.equal(calls.length, 3);
  });

  test("are asked for again after a failure, whose error says what the endpoint answered, without the secret", async (t) => {
    const { origin, tokenUrl } = await protectedServer(t, (response, token, count) => {
      if (count > 1) return response.end(JSON.stringify({ access_token: token }));
      const description = "the secret s3cret/+ or s3cret%2F%2B is wrong";
      return response
        .writeHead(400)
        .end(JSON.stringify({ error: "invalid_client", error_description: description }));
    });
    const fetch = withClientCredentials(fetchFor(t, { url: origin }), {
      ...client,
      tokenUrl: `${tokenUrl}?key=hunter2`,
    });
    const exact = withClientCredentials(fetchFor(t, { url: origin }), { ...client, tokenUrl });

    const notFound = String(await rejectionOf(fetch("x")));
    const reason = String(await rejectionOf(exact("x")));

    assert.match(
      notFound,
      /^Error: the token endpoint http:\/\/127\.0\.0\.1:\d+\/token answered 401 without an OAuth error: /,
    );
    assert.doesNotMatch(notFound, /hunter2/);
    assert.match(
      reason,
      /answered 400 "invalid_client: the secret REDACTED or REDACTED is wrong": check its URL, the client and its secret$/,
    );
    assert.equal((await exact("x")).status, 200);
  });

  test("are refused as a token where the endpoint gives none, and where it cannot be reached", async (t) => {
    const { origin, tokenUrl } = await protectedServer(t, (response) => response.end("<html>"));
    const at = async (url: string): Promise<string> =>
      String(
        await rejectionOf(
          withClientCredentials(fetchFor(t, { url: origin }), { ...client, tokenUrl: url })("x"),
        ),
      );

    assert.match(await at(tokenUrl), /answered 200 without an access_token/);
    assert.match(
      await at("http://127.0.0.1:1/t"),
      /^Error: the token endpoint http:\/\/127\.0\.0\.1:1\/t cannot be asked: .*ECONNREFUSED/,
    );
  });

  test("still serve the others when a request that waits for the token is aborted", async (t) => {
    const waiting: (() => void)[] = [];
    const { origin, tokenUrl, tokenRequests } = await protectedServer(t, (response, token) => {
      waiting.push(() => response.end(JSON.stringify({ access_token: token })));
    });
    const fetch = withClientCredentials(fetchFor(t, { url: origin }), { ...client, tokenUrl });
    const controller = new AbortController();
    const why = new Error("why");

    const aborted = rejectionOf(fetch("x", { signal: controller.signal }));
    const other = fetch("x");
    await until("the token is asked for", () => waiting.length > 0);
    controller.abort(why);

    assert.equal(await aborted, why);
    waiting[0]?.();
    assert.equal((await other).status, 200);
    assert.equal(tokenRequests.length, 1);
  });

  test("are not asked for by a request that is aborted already", async (t) => {
    const { origin, tokenUrl, tokenRequests } = await protectedServer(t);
    const fetch = withClientCredentials(fetchFor(t, { url: origin }), { ...client, tokenUrl });
    const why = new Error("why");

    assert.equal(await rejectionOf(fetch("x", { signal: AbortSignal.abort(why) })), why);
    await fetch("x");

    assert.equal(tokenRequests.length, 1);
  });

  test("leave the members of the fetch beneath", async (t) => {
    const { origin, tokenUrl } = await protectedServer(t);
    const fetch = withClientCredentials(fetchFor(t, { url: origin }), { ...client, tokenUrl });

    await fetch("x", { responseLimitBytes: 1 });
    await fetch.close();

    assert.match(String(await rejectionOf(fetch("x"))), /was closed/);
  });
});

suite("a JWT bearer", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });

  test("is signed by RS256 or ES256, by the kind of the key, with the claims of the options", async (t) => {
    const { origin, tokenUrl, tokenRequests } = await protectedServer(t);
    for (const [alg, keys, type] of [
      ["RS256", rsa, "pkcs1"],
      ["RS256", rsa, "pkcs8"],
      ["ES256", ec, "sec1"],
    ] as const) {
      const pem = keys.privateKey.export({ format: "pem", type: type as "pkcs8" }) as string;
      const before = Math.floor(Date.now() / 1000);
      const fetch = withJwtBearer(fetchFor(t, { url: origin }), {
        tokenUrl,
        // As it stands in the JSON of a service account that was pasted.
        privateKey: pem.replaceAll("\n", "\\n"),
        privateKeyId: "key-1",
        issuer: "me@example.com",
        scopes: ["a", "b"],
        claims: { extra: 1 },
      });

      assert.equal((await fetch("x")).status, 200);

      const form = tokenRequests.at(-1)?.form;
      assert.equal(form?.get("grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
      const [head = "", body = "", signature = ""] = form?.get("assertion")?.split(".") ?? [];
      const decode = (part: string) =>
        JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
      assert.deepEqual(decode(head), { alg, typ: "JWT", kid: "key-1" });
      const { iat, exp, ...claims } = decode(body);
      assert.deepEqual(claims, {
        iss: "me@example.com",
        sub: "me@example.com",
        aud: tokenUrl,
        scope: "a b",
        extra: 1,
      });
      assert.ok(Number(iat) >= before && Number(exp) === Number(iat) + 3600);
      const key = { key: keys.publicKey, dsaEncoding: "ieee-p1363" } as const;
      assert.ok(verify("sha256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url")));
    }
  });

  test("is refused for a key that cannot sign it, without the key in the error", async () => {
    const own = { tokenUrl: "http://a", issuer: "me" };
    const other = generateKeyPairSync("ed25519").privateKey.export({
      format: "pem",
      type: "pkcs8",
    }) as string;

    for (const privateKey of ["hunter2", other]) {
      assert.throws(
        () => withJwtBearer(fetch, { ...own, privateKey }),
        (reason) =>
          reason instanceof PluginError &&
          /^privateKey must be the PEM of an RSA key/.test(reason.message) &&
          !reason.message.includes(privateKey),
      );
    }
  });

  test("that the endpoint repeats is not in the error", async (t) => {
    const { origin, tokenUrl, tokenRequests } = await protectedServer(t, (response) => {
      const assertion = tokenRequests.at(-1)?.form.get("assertion");
      response
        .writeHead(400)
        .end(JSON.stringify({ error: "invalid_grant", error_description: `bad ${assertion}` }));
    });
    const privateKey = ec.privateKey.export({ format: "pem", type: "pkcs8" }) as string;

    const reason = await rejectionOf(
      withJwtBearer(fetchFor(t, { url: origin }), { tokenUrl, privateKey, issuer: "me" })("x"),
    );

    assert.match(String(reason), /answered 400 "invalid_grant: bad REDACTED"/);
  });
});

suite("a token endpoint that answers with something else", () => {
  for (const [name, answer] of Object.entries({
    "a token with a line end": { access_token: "hunter2\nhunter2" },
    "an empty token": { access_token: "" },
    "a token beyond ASCII": { access_token: "hunter2\u2603" },
    "a type with a line end": { access_token: "hunter2", token_type: "Bearer\r\nx: y" },
  })) {
    test(`${name} fails the request without the token`, async (t) => {
      const { origin, tokenUrl } = await protectedServer(t, (response) =>
        response.end(JSON.stringify(answer)),
      );
      const fetch = withClientCredentials(fetchFor(t, { url: origin }), { ...client, tokenUrl });

      const error = await rejectionOf(fetch("x"));

      assert.match(String(error), /answered with a token that no header can have/);
      assert.doesNotMatch(String(error), /hunter2/);
    });
  }

  for (const [name, answer] of Object.entries({
    "a number": { access_token: 5 },
    "a list": [1],
    null: null,
    "an object": { access_token: { token: "hunter2" } },
  })) {
    test(`${name} as token fails the request`, async (t) => {
      const { origin, tokenUrl } = await protectedServer(t, (response) =>
        response.end(JSON.stringify(answer)),
      );
      const fetch = withClientCredentials(fetchFor(t, { url: origin }), { ...client, tokenUrl });

      assert.match(String(await rejectionOf(fetch("x"))), /200 without an access_token/);
    });
  }

  test("an answer without an end is given up", async (t) => {
    let isClosed = false;
    const { origin, tokenUrl } = await protectedServer(t, (response) => {
      const piece = Buffer.alloc(64 << 10, " ");
      const write = (): void => {
        while (!isClosed && response.write(piece));
      };
      response.on("drain", write);
      response.on("close", () => {
        isClosed = true;
      });
      write();
    });
    const fetch = withClientCredentials(fetchFor(t, { url: origin }), { ...client, tokenUrl });

    assert.match(String(await rejectionOf(fetch("x"))), /expected at most 1048576 bytes, got more/);
    await until("the connection is closed", () => isClosed);
  });
});

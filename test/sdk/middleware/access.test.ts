import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { implement } from "grafana-plugin-protocol/plugin";
import {
  type AccessRules,
  HeaderName,
  requireAccess,
  resourceAccess,
  serveResources,
} from "grafana-plugin-protocol/sdk";
import { Diagnostics, Resource, v2 } from "grafana-plugin-protocol/v2";
import { connectedPair } from "../../helpers/connected-pair.ts";

interface Caller {
  readonly login?: string;
  readonly role?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks a plugin that has the rules in one of the two forms. */
async function asking(t: test.TestContext, form: "handler" | "interceptor", rules: AccessRules) {
  let calls = 0;
  const handler = async (request: Request) => {
    calls++;
    return Response.json({ body: await request.text() });
  };
  const isHandler = form === "handler";
  const { services } = implement(v2, {
    diagnostics: { checkHealth: () => ({ message: "ready" }) },
    resource: { callResource: serveResources(isHandler ? requireAccess(rules, handler) : handler) },
  });
  const { connection } = await connectedPair(t, services, {
    listen: { interceptors: isHandler ? [] : [resourceAccess(rules)] },
  });
  const ask = async ({ login, role = "", headers = {} }: Caller) => {
    const user = login === undefined ? {} : { user: { login, role } };
    const lists = Object.entries(headers).map(([name, value]) => [name, { values: [value] }]);
    let [code, text, type] = [0, "", ""];
    for await (const message of createClient(Resource, connection.transport).callResource({
      path: "a",
      method: "POST",
      body: new TextEncoder().encode("sent"),
      headers: Object.fromEntries(lists),
      pluginContext: user,
    })) {
      code ||= message.code;
      type ||= message.headers["Content-Type"]?.values[0] ?? "";
      text += new TextDecoder().decode(message.body);
    }
    assert.equal(type, "application/json");
    return { code, answer: JSON.parse(text) as { message?: string; body?: string } };
  };
  return { ask, calls: () => calls, connection };
}

for (const form of ["handler", "interceptor"] as const) {
  suite(`rules of access as ${form}`, () => {
    test("let a user in who is signed in, with the body of the request", async (t) => {
      const { ask } = await asking(t, form, {});

      assert.deepEqual(await ask({ login: "ada" }), { code: 200, answer: { body: "sent" } });
    });

    test("refuse a call without a user with 401, and the handler is not called", async (t) => {
      const { ask, calls } = await asking(t, form, {});

      assert.equal((await ask({})).code, 401);
      assert.deepEqual(await ask({ login: "" }), {
        code: 401,
        answer: { message: "expected a user who is signed in" },
      });
      assert.equal(calls(), 0);
    });

    test("let the host itself in where the rules say so", async (t) => {
      const { ask } = await asking(t, form, { isUserRequired: false });

      assert.equal((await ask({})).code, 200);
    });

    test("refuse a role that is too low with 403", async (t) => {
      const { ask } = await asking(t, form, { role: "Editor", isUserRequired: false });
      const codes: Record<string, number> = {};
      for (const role of ["None", "", "viewer", "Viewer", "Editor", "Admin"]) {
        codes[role] = (await ask({ login: "ada", role })).code;
      }

      assert.deepEqual(codes, { None: 403, "": 403, viewer: 403, Viewer: 403, Editor: 200, Admin: 200 });
      assert.equal((await ask({ role: "Admin" })).code, 401);
    });

    test("refuse a caller who cannot be verified with 401, whether the check says so or throws", async (t) => {
      const { ask } = await asking(t, form, {
        verify: async ({ headers, log }) => {
          assert.ok(log);
          const token = headers.get(HeaderName.grafanaId);
          if (token === "broken") throw new Error("the signature of secret-token does not match");
          return token === "good";
        },
      });

      assert.equal((await ask({ login: "ada", headers: { "X-Grafana-Id": "good" } })).code, 200);
      assert.equal((await ask({ login: "ada" })).code, 401);
      assert.deepEqual(await ask({ login: "ada", headers: { "X-Grafana-Id": "broken" } }), {
        code: 401,
        answer: { message: "the caller could not be verified" },
      });
    });

    test("refuse a user who may not do this with 403", async (t) => {
      const { ask } = await asking(t, form, { allow: ({ user }) => user?.login === "ada" });

      assert.equal((await ask({ login: "ada" })).code, 200);
      assert.equal((await ask({ login: "bob" })).code, 403);
    });
  });
}

test("as interceptor they leave other calls alone", async (t) => {
  const { connection } = await asking(t, "interceptor", { role: "Admin" });

  const { message } = await createClient(Diagnostics, connection.transport).checkHealth({});

  assert.equal(message, "ready");
});

test("rules that would let everybody in are refused", () => {
  const handler = () => new Response("in");
  for (const [rules, expected] of [
    [{ role: "editor" }, /role must be one of Viewer, Editor, Admin/],
    [{ role: "None" }, /role must be one of/],
    [{ isUserRequired: "no" }, /isUserRequired must be true or false/],
    [{ verify: true }, /verify must be a function/],
    [{ allow: "yes" }, /allow must be a function/],
    [undefined, /rules must be/],
  ] as const) {
    assert.throws(() => requireAccess(rules as never, handler), expected);
    assert.throws(() => resourceAccess(rules as never), expected);
  }
});

test("only true allows", async (t) => {
  const { ask, calls } = await asking(t, "handler", { allow: () => "no" as never });

  assert.equal((await ask({ login: "ann" })).code, 403);
  assert.equal(calls(), 0);
});

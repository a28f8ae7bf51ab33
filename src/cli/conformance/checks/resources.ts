import { fromBinary } from "@bufbuild/protobuf";
import { type CallResourceResponse, CallResourceResponseSchema } from "grafana-plugin-protocol/v2";
import { type Check, expectThat, leftOut, type Need, type Outcome } from "../check.ts";
import { requestsOf } from "../plugin-facts.ts";
import type { RawAnswer } from "../wire/call-raw.ts";
import { describeAnswer } from "../wire/describe-answer.ts";
import type { World } from "../world.ts";

const needs: readonly Need[] = ["Resource/CallResource"];

/** The answers of CallResource to a GET of the path that is given, or of one that no plugin has. */
export const resourceChecks: readonly Check[] = [
  {
    name: "resources.not-empty",
    fact: "A resource answers with one message at least, or with an error.",
    source: 'Grafana answers "received empty resource response" with HTTP 500',
    needs,
    run: async (world) => {
      const { answer } = await resourceAnswer(world);
      return expectThat(
        answer.end === "status" && (answer.status !== 0 || answer.messages.length > 0),
        "a message",
        describeAnswer(answer),
        "send a message with the code also when there is no body",
      );
    },
  },
  {
    name: "resources.code",
    fact: "The first message has the HTTP status, from 100 to 599.",
    source: "Grafana writes it into the HTTP response as it is, and 0 breaks that",
    needs,
    run: (world) =>
      ofFirst(world, ({ code }) =>
        expectThat(
          code >= 100 && code <= 599,
          "a code from 100 to 599",
          String(code),
          "set code in the first message",
        ),
      ),
  },
  {
    name: "resources.header-names",
    fact: "Names of headers are canonical: Content-Type, not content-type.",
    source: "Plutono pkg/plugins/manager compares Content-Type and Set-Cookie with the case that they have",
    needs,
    run: (world) =>
      ofFirst(world, ({ headers }) => {
        const odd = Object.keys(headers).filter((name) => name !== canonical(name));
        return expectThat(
          odd.length === 0,
          odd.map(canonical).join(", "),
          odd.join(", "),
          "write each part of a name with a capital letter in front",
        );
      }),
  },
  {
    name: "resources.one-header-block",
    fact: "Later messages have a body only: a code in them is that of the first.",
    source: "Grafana reads code and headers of the first message only",
    needs,
    run: async (world) => {
      const { messages } = await resourceAnswer(world);
      const [first, ...rest] = messages;
      if (rest.length === 0)
        return leftOut("the resource answers in one message: give a longer one with --resource PATH");
      const odd = rest.filter(({ code }) => code !== 0 && code !== first?.code);
      return expectThat(
        odd.length === 0,
        `no other code than ${first?.code}`,
        odd.map(({ code }) => code).join(", "),
        "decide about the code before the first message",
      );
    },
  },
];

/** As Go's net/textproto. */
function canonical(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

function resourceAnswer(
  world: World,
): Promise<{ readonly answer: RawAnswer; readonly messages: readonly CallResourceResponse[] }> {
  return world.once("resource", async () => {
    const { resource } = await requestsOf(world);
    const answer = await (await world.shared()).call({
      rpc: "pluginv2.Resource/CallResource",
      message: resource,
    });
    return {
      answer,
      messages: answer.messages.map((bytes) => fromBinary(CallResourceResponseSchema, bytes)),
    };
  });
}

async function ofFirst(world: World, look: (first: CallResourceResponse) => Outcome): Promise<Outcome> {
  const { answer, messages } = await resourceAnswer(world);
  const [first] = messages;
  if (first !== undefined) return look(first);
  return leftOut(`there is no first message (${describeAnswer(answer)}): give another path with --resource`);
}

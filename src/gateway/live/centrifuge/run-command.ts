import type { HttpCall } from "../../http/http-call.ts";
import { isPlainObject } from "../../http/is-plain-object.ts";
import type { Hub } from "../create-hub.ts";
import { type CommandError, commandErrors } from "./codes.ts";
import type { Output } from "./create-output.ts";
import type { Subscriptions } from "./create-subscriptions.ts";
import { type Command, channelOf, dataOf, toCommandError } from "./read-command.ts";

/** The answer to a query: JSON on one line, or an error. */
export type QueryOutcome = { readonly json: string } | { readonly error: CommandError };

/** What commands work with. */
export interface CommandParts {
  readonly hub: Hub;
  readonly subscriptions: Subscriptions;
  readonly output: Output;
  /** Does what `POST /api/ds/query` does. Never rejects. */
  readonly query: (call: HttpCall, body: Uint8Array, signal: AbortSignal) => Promise<QueryOutcome>;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

/** Commands that Centrifuge has and a gateway does not. */
const absent = ["history", "presence", "presence_stats", "refresh", "sub_refresh"];

/**
 * Does what a command of a connected client says, and answers it. Never rejects.
 *
 * @param call the request in whose name plugins are called
 */
export async function runCommand(
  parts: CommandParts,
  call: HttpCall,
  id: number,
  command: Command,
): Promise<void> {
  const { hub, subscriptions, output, signal } = parts;
  const { reply, refuse } = output;
  try {
    if (command["subscribe"] !== undefined) {
      await subscriptions.add(command["subscribe"], call, (json) => reply(id, "subscribe", json));
    } else if (command["unsubscribe"] !== undefined) {
      subscriptions.remove(command["unsubscribe"]);
      reply(id, "unsubscribe", "{}");
    } else if (command["publish"] !== undefined) {
      const body = command["publish"];
      await hub.publish({ address: channelOf(body), call, data: dataOf(body), signal });
      reply(id, "publish", "{}");
    } else if (command["rpc"] !== undefined) await rpc(parts, call, id, command["rpc"]);
    else if (command["ping"] !== undefined) reply(id, "ping", "{}");
    else if (absent.some((name) => command[name] !== undefined)) refuse(id, commandErrors.notAvailable);
    else refuse(id, commandErrors.methodNotFound);
  } catch (error) {
    refuse(id, toCommandError(error));
  }
}

async function rpc(
  { query, output, signal }: CommandParts,
  call: HttpCall,
  id: number,
  body: unknown,
): Promise<void> {
  const method = isPlainObject(body) ? body["method"] : undefined;
  if (method !== "grafana.query") return output.refuse(id, commandErrors.methodNotFound);
  const outcome = await query(call, dataOf(body), signal);
  if ("error" in outcome) output.refuse(id, outcome.error);
  else output.reply(id, "rpc", `{"data":${outcome.json}}`);
}

import type { Agent } from "node:http";
import { type Asked, ask } from "./ask.ts";
import type { MadeRequest } from "./kinds.ts";
import { type Victim, watchDeaths } from "./victim.ts";

/**
 * Whether the request failed because its plugin had been killed.
 *
 * @throws Error for any other failure, and for an answer that is not right
 */
export async function askAndJudge(
  port: number,
  agent: Agent,
  { asking, sources, findFault, tellsOfDeath = isUnavailable }: MadeRequest,
  victims: readonly Victim[],
): Promise<boolean> {
  const mayFail = watchDeaths(victims, sources);
  let answer: Asked | undefined;
  try {
    answer = await ask(port, agent, asking);
  } catch (error) {
    // A status that was sent already cannot say any more that the rest is missing.
    if (mayFail()) return true;
    throw error;
  }
  const fault = answer && findFault(answer);
  if (fault === undefined || answer === undefined) return false;
  if (mayFail() && tellsOfDeath(answer)) return true;
  throw new Error(fault);
}

/** The answer to a request whose plugin has died. */
export function isUnavailable({ status, body }: Asked): boolean {
  return status === 500 && /"plugin\.(connectionUnavailable|unavailable)"/.test(body.toString());
}

import { type Victim, watchDeaths } from "../victim.ts";
import type { Visit } from "./live-kinds.ts";
import { Refused } from "./subscriber.ts";

/**
 * Whether the subscription was refused because its plugin had been killed.
 *
 * @throws Error for any other refusal, and for a subscriber that lost something
 */
export async function visitAndJudge(
  port: number,
  { sources, make }: Visit,
  victims: readonly Victim[],
): Promise<boolean> {
  const mayFail = watchDeaths(victims, sources);
  try {
    await make(port);
    return false;
  } catch (error) {
    if (error instanceof Refused && error.tellsOfDeath && mayFail()) return true;
    throw error;
  }
}

import { until } from "../../../helpers/until.ts";
import { pidOf, type Victim } from "../victim.ts";
import { subscribeByEvents } from "./subscribe-by-events.ts";
import { subscribeBySocket } from "./subscribe-by-socket.ts";

/** Subscribers that stay while plugins are killed. */
export interface Residents {
  /**
   * Resolves when each has packets of the process that runs now, and has gone.
   *
   * @returns what they took
   * @throws Error when a packet was lost, or a subscription has ended
   */
  readonly leave: () => Promise<{ readonly packets: number; readonly resumptions: number }>;
}

/** One over each transport for each plugin. Plugins must run. */
export async function moveIn(port: number, victims: readonly Victim[]): Promise<Residents> {
  const path = "count-0";
  const residents = await Promise.all(
    victims.flatMap((victim) => [
      subscribeBySocket(port, [{ uid: victim.uid, path }]).then((subscriber) => ({ victim, subscriber })),
      subscribeByEvents(port, { uid: victim.uid, path }).then((subscriber) => ({ victim, subscriber })),
    ]),
  );
  return {
    leave: async () => {
      const waits = await Promise.allSettled(
        residents.map(({ victim, subscriber: { counts, fault } }) =>
          until(
            `the stream of "${victim.uid}" comes from its process`,
            () => fault() !== undefined || counts.every((count) => count.pid() === pidOf(victim)),
          ),
        ),
      );
      await Promise.all(residents.map(({ subscriber }) => subscriber.leave()));
      const faults = [
        ...residents.map(({ subscriber }) => subscriber.fault()),
        ...waits.map((wait) => (wait.status === "rejected" ? wait.reason : undefined)),
      ].filter((fault) => fault !== undefined);
      if (faults.length > 0) throw faults[0];
      const counts = residents.flatMap(({ subscriber }) => subscriber.counts);
      return {
        packets: counts.reduce((sum, count) => sum + count.packets(), 0),
        resumptions: counts.reduce((sum, count) => sum + count.resumptions(), 0),
      };
    },
  };
}

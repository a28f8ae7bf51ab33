import type { Fault } from "../world.ts";
import { abortInStart } from "./abort-in-start.ts";
import { deafPlugin } from "./deaf-plugin.ts";
import { floods } from "./flood.ts";
import { garbage } from "./garbage.ts";
import { hostKilled } from "./host-killed.ts";
import { hostileHandlers } from "./hostile-handlers.ts";
import { closeInCalls, killInCalls } from "./kill-in-calls.ts";
import { killInStart } from "./kill-in-start.ts";
import { lostSocket } from "./lost-socket.ts";
import { noInodes } from "./no-inodes.ts";
import { stopAndContinue } from "./stop-and-continue.ts";
import { supervisedKills } from "./supervised-kills.ts";

/** The faults that chance picks from, those that are worth more tries more often. */
export const allFaults: readonly Fault[] = [
  killInStart,
  killInStart,
  abortInStart,
  killInCalls,
  killInCalls,
  closeInCalls,
  stopAndContinue,
  lostSocket,
  ...floods,
  deafPlugin,
  garbage,
  hostKilled,
  hostileHandlers(300),
  noInodes,
  supervisedKills,
];

import type { Check } from "../check.ts";
import { callChecks } from "./calls.ts";
import { chunkChecks } from "./chunks.ts";
import { cookieChecks } from "./cookie.ts";
import { endChecks } from "./end.ts";
import { errorChecks } from "./errors.ts";
import { frameChecks } from "./frames.ts";
import { handshakeChecks } from "./handshake.ts";
import { negotiationChecks } from "./negotiation.ts";
import { outputChecks } from "./output.ts";
import { requestChecks } from "./requests.ts";
import { resourceChecks } from "./resources.ts";
import { serviceChecks } from "./services.ts";
import { streamChecks } from "./streams.ts";
import { v1Checks } from "./v1.ts";

/** Every check of a plugin, in the order of a run: what was printed comes after the calls. */
export const pluginChecks: readonly Check[] = [
  ...handshakeChecks,
  ...cookieChecks,
  ...negotiationChecks,
  ...serviceChecks,
  ...requestChecks,
  ...errorChecks,
  ...frameChecks,
  ...chunkChecks,
  ...resourceChecks,
  ...streamChecks,
  ...callChecks,
  ...v1Checks,
  ...outputChecks,
  ...endChecks,
];

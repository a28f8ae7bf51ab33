import { PluginError } from "../../errors.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { valueAnswer } from "../http/answers.ts";
import { HttpFailure } from "../http/http-failure.ts";
import type { Route } from "../http/route.ts";

/**
 * Reads the files of provisioning at once, as sidecars of a Grafana ask for after they have written them. All files are
 * read, whichever kind the request names.
 *
 * @param reload `undefined` for a gateway without the option `provisioning`
 */
export function provisioningRoutes(
  { settings: { log } }: GatewayCore,
  reload: (() => void) | undefined,
): readonly Route[] {
  const route = (kind: string, message: string): Route => ({
    method: "POST",
    pattern: `/api/admin/provisioning/${kind}/reload`,
    handle: () => {
      if (reload === undefined) {
        throw new HttpFailure(501, "this gateway has no provisioning: give it the option provisioning");
      }
      try {
        reload();
      } catch (error) {
        if (!(error instanceof PluginError)) throw error;
        const stays = "provisioning cannot be used, so what was read before stays";
        log({ level: "error", message: stays, fields: { reason: error.message } });
        // The reason names files of this machine.
        throw new HttpFailure(500, `${stays}: the log of the gateway has the reason`, { cause: error });
      }
      return valueAnswer(200, { message });
    },
  });
  return [route("datasources", "Datasources config reloaded"), route("plugins", "Plugins config reloaded")];
}

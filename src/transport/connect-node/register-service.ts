import type { ConnectRouter } from "@connectrpc/connect";
import type { ServedService } from "../socket-transport.ts";

export function registerService(router: ConnectRouter, { service, implementation }: ServedService): void {
  // servedService() has checked that the two belong together; their common type cannot say it.
  router.service(service, implementation as never);
}

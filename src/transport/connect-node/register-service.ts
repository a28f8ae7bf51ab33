import type { ConnectRouter } from "@connectrpc/connect";
import type { ImplementedService } from "../socket-transport.ts";

export function registerService(
  router: ConnectRouter,
  { service, implementation }: ImplementedService,
): void {
  // implementService() has checked that the two belong together; their common type cannot say it.
  router.service(service, implementation as never);
}

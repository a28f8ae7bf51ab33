import { Echoes } from "../../gen/es/v9/echoes/echo_pb.js";
import type { ProtocolMajor, ServiceOfMajor } from "../protocol.ts";

export const v9: ProtocolMajor<9, { readonly echoes: ServiceOfMajor<9, typeof Echoes> }> = {
  version: 9,
  services: { echoes: Echoes },
};

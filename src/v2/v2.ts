import {
  AdmissionControl,
  Data,
  Diagnostics,
  Resource,
  ResourceConversion,
  Stream,
} from "../../gen/es/v2/pluginv2/backend_pb.js";
import type { ProtocolMajor, ServiceOfMajor } from "../protocol.ts";

/** The type of {@link v2}: a named type, so that declarations of values made with it stay short. */
export interface V2
  extends ProtocolMajor<
    2,
    {
      readonly admission: ServiceOfMajor<2, typeof AdmissionControl>;
      readonly conversion: ServiceOfMajor<2, typeof ResourceConversion>;
      readonly data: ServiceOfMajor<2, typeof Data>;
      readonly diagnostics: ServiceOfMajor<2, typeof Diagnostics>;
      readonly resource: ServiceOfMajor<2, typeof Resource>;
      readonly stream: ServiceOfMajor<2, typeof Stream>;
    }
  > {}

/**
 * Protocol major 2 (proto package `pluginv2`), spoken by Grafana 7 and later and by Plutono. A plugin may serve any
 * subset of these; missing ones answer UNIMPLEMENTED.
 */
export const v2: V2 = {
  version: 2,
  services: {
    admission: AdmissionControl,
    conversion: ResourceConversion,
    data: Data,
    diagnostics: Diagnostics,
    resource: Resource,
    stream: Stream,
  },
};

import { AdmissionService } from "../../gen/es/v3/grafana/plugin/v3/admission_pb.js";
import { ConversionService } from "../../gen/es/v3/grafana/plugin/v3/conversion_pb.js";
import { RouteService } from "../../gen/es/v3/grafana/plugin/v3/route_pb.js";
import type { ServiceOfMajor } from "../protocol.ts";

/**
 * The experimental contract `grafana.plugin.v3`. It is not a protocol major: its services are served together with
 * those of `v2` in handshake version 2, so spread them into the services of `v2`. A plugin serves all three or none.
 * May change or vanish with any version of this package.
 */
export const v3Services: {
  readonly admissionReview: ServiceOfMajor<2, typeof AdmissionService>;
  readonly objectConversion: ServiceOfMajor<2, typeof ConversionService>;
  readonly route: ServiceOfMajor<2, typeof RouteService>;
} = {
  admissionReview: AdmissionService,
  objectConversion: ConversionService,
  route: RouteService,
};

import { DatasourcePlugin } from "../../gen/es/v1/models/datasource_pb.js";
import { Renderer } from "../../gen/es/v1/models/renderer_pb.js";
import type { ProtocolMajor, ServiceOfMajor } from "../protocol.ts";

/** The type of {@link v1}: a named type, so that declarations of values made with it stay short. */
export interface V1
  extends ProtocolMajor<
    1,
    {
      readonly datasource: ServiceOfMajor<1, typeof DatasourcePlugin>;
      readonly renderer: ServiceOfMajor<1, typeof Renderer>;
    }
  > {}

/**
 * Protocol major 1 (proto package `models`), spoken by Grafana 5 to 7 and by Plutono:
 * time series and tables by `datasource`, images by `renderer`.
 * It has no health, resources, metrics or streams.
 */
export const v1: V1 = {
  version: 1,
  services: { datasource: DatasourcePlugin, renderer: Renderer },
};

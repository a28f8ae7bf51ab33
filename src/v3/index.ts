export type { GenEnum, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
export {
  type AdmissionReviewRequest,
  AdmissionReviewRequest_Operation,
  AdmissionReviewRequest_OperationSchema,
  AdmissionReviewRequestSchema,
  type AdmissionReviewResponse,
  AdmissionReviewResponseSchema,
  AdmissionService,
} from "../../gen/es/v3/grafana/plugin/v3/admission_pb.js";
export {
  type GroupVersion,
  type GroupVersionKind,
  GroupVersionKindSchema,
  type GroupVersionResource,
  GroupVersionResourceSchema,
  GroupVersionSchema,
  type RawObject,
  RawObjectSchema,
  type ResourceObject,
  ResourceObjectSchema,
  type StatusCause,
  StatusCauseSchema,
  type StatusDetails,
  StatusDetailsSchema,
  type StatusResult,
  StatusResultSchema,
  type StringList,
  StringListSchema,
} from "../../gen/es/v3/grafana/plugin/v3/common_pb.js";
export {
  ConversionService,
  type ConvertObjectsRequest,
  type ConvertObjectsRequest_Object,
  ConvertObjectsRequest_ObjectSchema,
  ConvertObjectsRequestSchema,
  type ConvertObjectsResponse,
  type ConvertObjectsResponse_Object,
  ConvertObjectsResponse_ObjectSchema,
  ConvertObjectsResponseSchema,
} from "../../gen/es/v3/grafana/plugin/v3/conversion_pb.js";
export {
  type CallRouteRequest,
  CallRouteRequestSchema,
  type CallRouteResponse,
  CallRouteResponseSchema,
  type RouteResource,
  RouteResourceSchema,
  RouteService,
} from "../../gen/es/v3/grafana/plugin/v3/route_pb.js";
export { v3Services } from "./v3-services.ts";

export {
  AdmissionReviewRequest,
  AdmissionReviewRequest_Operation,
  AdmissionReviewResponse,
  AdmissionServiceDefinition,
} from "../../../gen/ts-proto/v3/grafana/plugin/v3/admission.js";
export {
  GroupVersion,
  GroupVersionKind,
  GroupVersionResource,
  RawObject,
  ResourceObject,
  StatusCause,
  StatusDetails,
  StatusResult,
  StringList,
} from "../../../gen/ts-proto/v3/grafana/plugin/v3/common.js";
export {
  ConversionServiceDefinition,
  ConvertObjectsRequest,
  ConvertObjectsRequest_Object,
  ConvertObjectsResponse,
  ConvertObjectsResponse_Object,
} from "../../../gen/ts-proto/v3/grafana/plugin/v3/conversion.js";
export {
  CallRouteRequest,
  CallRouteResponse,
  RouteResource,
  RouteServiceDefinition,
} from "../../../gen/ts-proto/v3/grafana/plugin/v3/route.js";
export type {
  Builtin,
  DeepPartial,
  Exact,
  KeysOfUnion,
  MessageFns,
} from "../../../gen/ts-proto/v3/message-fns.js";

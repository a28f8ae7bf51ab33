/**
 * The packages that no official Go module embeds, written down by hand in the notation of compact-lines.ts.
 *
 * pluginextensionv2 is what version 3.12.9 of the image renderer shipped. grafana.plugin.v3 is experimental;
 * `?` marks a scalar that tells absent from zero, the default of edition 2024, in which upstream writes it.
 */
export const noOfficialModule: Readonly<Record<string, readonly string[]>> = {
  pluginextensionv2: [
    "Renderer{Render(RenderRequest) returns (RenderResponse), RenderCSV(RenderCSVRequest) returns (RenderCSVResponse)}",
    "StringList{1:repeated string values}",
    "RenderRequest{1:string url, 2:int32 width, 3:int32 height, 4:float deviceScaleFactor, 5:string filePath, 6:string renderKey, 7:string domain, 8:int32 timeout, 9:string timezone, 10:map<string, StringList> headers, 11:string authToken, 12:string encoding}",
    "RenderResponse{1:string error}",
    "RenderCSVRequest{1:string url, 2:string filePath, 3:string renderKey, 4:string domain, 5:int32 timeout, 6:string timezone, 7:map<string, StringList> headers, 8:string authToken}",
    "RenderCSVResponse{1:string error, 2:string fileName}",
    "Sanitizer{Sanitize(SanitizeRequest) returns (SanitizeResponse)}",
    "SanitizeRequest{1:string filename, 2:bytes content, 3:string configType, 4:bytes config, 5:string authToken}",
    "SanitizeResponse{1:string error, 2:bytes sanitized}",
  ],
  "grafana.plugin.v3": [
    "GroupVersion{1:string? group, 2:string? version}",
    "GroupVersionKind{1:string? group, 2:string? version, 3:string? kind}",
    "GroupVersionResource{1:string? group, 2:string? version, 3:string? resource}",
    "ResourceObject{1:GroupVersionResource type, 3:string? namespace, 4:string? name, 5:string? rv, 6:bytes? raw}",
    "StringList{1:repeated string values}",
    "StatusResult{2:string? status, 3:string? message, 4:string? reason, 5:StatusDetails details, 6:int32? code}",
    "StatusDetails{1:string? name, 2:string? group, 3:string? kind, 4:repeated StatusCause causes, 5:int32? retry_after_seconds, 6:string? uid}",
    "StatusCause{1:string? reason, 2:string? message, 3:string? field}",
    "AdmissionService{AdmissionReview(AdmissionReviewRequest) returns (AdmissionReviewResponse)}",
    "AdmissionReviewRequest{1:AdmissionReviewRequest.Operation? operation, 2:GroupVersionKind kind, 3:bytes? object_bytes, 4:bytes? old_object_bytes}",
    "AdmissionReviewRequest.Operation{OPERATION_UNSPECIFIED=0, OPERATION_CREATE=1, OPERATION_UPDATE=2, OPERATION_DELETE=3}",
    "AdmissionReviewResponse{1:StatusResult error, 2:bool? allowed, 3:repeated string warnings, 4:bytes? object_bytes}",
    "RawObject{1:GroupVersionKind gvk, 2:bytes? raw, 3:repeated string warnings}",
    "ConversionService{ConvertObjects(ConvertObjectsRequest) returns (ConvertObjectsResponse)}",
    "ConvertObjectsRequest{1:GroupVersion api, 2:string? uid, 3:repeated ConvertObjectsRequest.Object objects, 4:string? target_version}",
    "ConvertObjectsRequest.Object{1:GroupVersionKind gvk, 2:bytes? raw}",
    "ConvertObjectsResponse{1:StatusResult error, 2:string? uid, 3:repeated ConvertObjectsResponse.Object converted}",
    "ConvertObjectsResponse.Object{1:bytes? raw, 2:repeated string warnings}",
    "RouteService{CallRoute(CallRouteRequest) returns (stream CallRouteResponse)}",
    "RouteResource{1:string? resource, 2:string? name, 3:string? rv, 4:bytes? raw}",
    "CallRouteRequest{1:string? group, 2:string? version, 3:string? namespace, 4:RouteResource parent, 5:string? path, 6:string? method, 7:string? url, 8:map<string, StringList> headers, 9:bytes? body}",
    "CallRouteResponse{1:int32? code, 2:map<string, StringList> headers, 3:bytes? body}",
  ],
};

#include "weather.h"

namespace {

gpp::v2::CallResourceResponse json_response(int code, const std::string& body) {
  gpp::v2::CallResourceResponse response;
  response.set_code(code);
  (*response.mutable_headers())["Content-Type"].add_values("application/json");
  response.set_body(body);
  return response;
}

}  // namespace

grpc::Status Resource::CallResource(grpc::ServerContext*, const gpp::v2::CallResourceRequest* request,
                                    grpc::ServerWriter<gpp::v2::CallResourceResponse>* writer) {
  if (request->method() != "GET" || request->path() != "columns") {
    const std::string message = "nothing at " + request->method() + " \"" + request->path() + "\": try GET \"columns\"";
    writer->Write(json_response(404, json_object({{"message", message}})));
    return grpc::Status::OK;
  }
  std::string columns;
  for (const auto& [name, type] : kColumns) {
    columns += (columns.empty() ? "" : ",") + json_object({{"name", std::string(name)}, {"type", std::string(type)}});
  }
  writer->Write(json_response(200, "{\"columns\":[" + columns + "]}"));
  return grpc::Status::OK;
}

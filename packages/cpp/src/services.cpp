#include "services.h"

namespace grafana_plugin_protocol {

grpc::Status Controller::Shutdown(grpc::ServerContext*, const plugin::Empty*, plugin::Empty*) {
  end_();
  return grpc::Status::OK;
}

grpc::Status Stdio::StreamStdio(grpc::ServerContext* context, const google::protobuf::Empty*,
                                grpc::ServerWriter<plugin::StdioData>* writer) {
  plugin::StdioData data;
  data.set_channel(plugin::StdioData::STDOUT);
  while (!context->IsCancelled()) {
    std::string piece = out_.next();
    if (piece.empty()) continue;
    data.set_data(std::move(piece));
    if (!writer->Write(data)) break;
  }
  return grpc::Status::OK;
}

grpc::Status Broker::StartStream(grpc::ServerContext*,
                                 grpc::ServerReaderWriter<plugin::ConnInfo, plugin::ConnInfo>* stream) {
  plugin::ConnInfo ignored;
  while (stream->Read(&ignored)) {
  }
  return grpc::Status::OK;
}

}  // namespace grafana_plugin_protocol

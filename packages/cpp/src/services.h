/// What go-plugin's hosts ask of every plugin, beside health, which grpc++ has.
#pragma once

#include <plugin/grpc_broker.grpc.pb.h>
#include <plugin/grpc_controller.grpc.pb.h>
#include <plugin/grpc_stdio.grpc.pb.h>

#include <functional>

#include "stdout.h"

namespace grafana_plugin_protocol {

class Controller final : public plugin::GRPCController::Service {
 public:
  explicit Controller(std::function<void()> end) : end_(std::move(end)) {}
  grpc::Status Shutdown(grpc::ServerContext* context, const plugin::Empty* request, plugin::Empty* response) override;

 private:
  std::function<void()> end_;
};

class Stdio final : public plugin::GRPCStdio::Service {
 public:
  explicit Stdio(Stdout& out) : out_(out) {}
  grpc::Status StreamStdio(grpc::ServerContext* context, const google::protobuf::Empty* request,
                           grpc::ServerWriter<plugin::StdioData>* writer) override;

 private:
  Stdout& out_;
};

/// Idle: no contract of Grafana uses it, but hosts open its stream.
class Broker final : public plugin::GRPCBroker::Service {
 public:
  grpc::Status StartStream(grpc::ServerContext* context,
                           grpc::ServerReaderWriter<plugin::ConnInfo, plugin::ConnInfo>* stream) override;
};

}  // namespace grafana_plugin_protocol

/// Answers of `v2::Data`, each query by itself: one that fails does not fail the others.
#pragma once

#include <grpcpp/support/sync_stream.h>
#include <pluginv2/backend.pb.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace grafana_plugin_protocol {

/// An error of a query, not of the plugin: its text is shown to the user, and it is not logged.
class QueryError : public std::runtime_error {
 public:
  /// @param http_status shown by Grafana
  /// @param error_source "downstream" for the user, the data's server, a timeout; "plugin" for a fault of the plugin
  explicit QueryError(const std::string& message, int http_status = 400, std::string error_source = "downstream")
      : std::runtime_error(message), status(http_status), source(std::move(error_source)) {}

  int status;
  std::string source;
};

/// Gives the bytes of each frame, in the format that the host asks for.
using AnswerQuery =
    std::function<std::vector<std::string>(const pluginv2::DataQuery& query, pluginv2::DataFrameFormat format)>;

/// Answers each query with its frames. What `answer` throws becomes the error of its query; everything but QueryError is
/// logged, and has status 500.
void answer_queries(const pluginv2::QueryDataRequest& request, const AnswerQuery& answer,
                    pluginv2::QueryDataResponse* response);

/// Takes some rows of a frame; false when the host has left the call.
using SendRows = std::function<bool(std::string frame)>;
/// Sends one frame of any length, some rows at a time: in Arrow each part is a whole file, in JSON all but the first have no schema.
using AnswerInChunks = std::function<void(const pluginv2::DataQuery& query, pluginv2::DataFrameFormat format, const SendRows& send)>;

/// Answers each query with one frame in chunks. Errors are as in answer_queries, each a chunk of its own.
void answer_queries_in_chunks(const pluginv2::QueryChunkedDataRequest& request, const AnswerInChunks& answer,
                              grpc::ServerWriter<pluginv2::QueryChunkedDataResponse>* writer);

}  // namespace grafana_plugin_protocol

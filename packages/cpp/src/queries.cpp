#include <grafana_plugin_protocol/log.h>
#include <grafana_plugin_protocol/queries.h>

namespace grafana_plugin_protocol {
namespace {

/// Runs `answer`, and writes what it throws to the error fields of DataResponse or QueryChunkedDataResponse.
template <typename Run, typename Response>
void answer_or_describe(const pluginv2::DataQuery& query, const Run& run, Response* response) {
  const auto describe = [&](const std::string& message, int status, const std::string& source) {
    response->Clear();
    response->set_error(message.empty() ? "the query failed" : message);
    response->set_status(status);
    response->set_errorsource(source);
  };
  try {
    run();
  } catch (const QueryError& error) {
    describe(error.what(), error.status, error.source);
  } catch (const std::exception& error) {
    log(Level::error, "the answer to a query failed", {{"refId", query.refid()}, {"error", error.what()}});
    describe(error.what(), 500, "plugin");
  }
}

}  // namespace

void answer_queries(const pluginv2::QueryDataRequest& request, const AnswerQuery& answer,
                    pluginv2::QueryDataResponse* response) {
  for (const auto& query : request.queries()) {
    auto* one = &(*response->mutable_responses())[query.refid()];
    const auto run = [&] {
      for (auto& frame : answer(query, request.format())) one->add_frames(std::move(frame));
      one->set_status(200);
      one->set_format(request.format());
    };
    answer_or_describe(query, run, one);
  }
}

void answer_queries_in_chunks(const pluginv2::QueryChunkedDataRequest& request, const AnswerInChunks& answer,
                              grpc::ServerWriter<pluginv2::QueryChunkedDataResponse>* writer) {
  for (const auto& query : request.queries()) {
    const auto send = [&](std::string frame) {
      pluginv2::QueryChunkedDataResponse chunk;
      chunk.set_refid(query.refid());
      chunk.set_frameid("0");
      chunk.set_frame(std::move(frame));
      chunk.set_status(200);
      chunk.set_format(request.format());
      return writer->Write(chunk);
    };
    pluginv2::QueryChunkedDataResponse failure;
    answer_or_describe(query, [&] { answer(query, request.format(), send); }, &failure);
    if (failure.error().empty()) continue;
    failure.set_refid(query.refid());
    writer->Write(failure);
  }
}

}  // namespace grafana_plugin_protocol

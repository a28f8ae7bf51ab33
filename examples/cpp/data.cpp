#include <grafana_plugin_protocol/queries.h>

#include "weather.h"

namespace {

/// Without a range, which a host may leave out, all rows are meant.
Query parse(const gpp::v2::DataQuery& query) {
  const auto& range = query.timerange();
  return query.has_timerange() ? parse_query(query.json(), range.fromepochms(), range.toepochms())
                               : parse_query(query.json(), 0, now());
}

}  // namespace

grpc::Status Data::QueryData(grpc::ServerContext*, const gpp::v2::QueryDataRequest* request,
                             gpp::v2::QueryDataResponse* response) {
  const auto answer = [&](const gpp::v2::DataQuery& query, gpp::v2::DataFrameFormat format) -> std::vector<std::string> {
    try {
      Frame frame = select_frame(database_, parse(query));
      frame.ref_id = query.refid();
      ++counts_.ok;
      return {format == gpp::v2::JSON ? to_json(frame) : to_arrow(frame)};
    } catch (const gpp::QueryError&) {
      ++counts_.error;
      throw;
    }
  };
  gpp::answer_queries(*request, answer, response);
  return grpc::Status::OK;
}

grpc::Status Data::QueryChunkedData(grpc::ServerContext*, const gpp::v2::QueryChunkedDataRequest* request,
                                    grpc::ServerWriter<gpp::v2::QueryChunkedDataResponse>* writer) {
  const auto answer = [&](const gpp::v2::DataQuery& query, gpp::v2::DataFrameFormat format, const gpp::SendRows& send) {
    auto part = JsonPart::all;
    select_frames(database_, parse(query), [&](Frame frame) {
      frame.ref_id = query.refid();
      const bool is_wanted = send(format == gpp::v2::JSON ? to_json(frame, part) : to_arrow(frame));
      part = JsonPart::data;
      return is_wanted;
    });
  };
  gpp::answer_queries_in_chunks(*request, answer, writer);
  return grpc::Status::OK;
}

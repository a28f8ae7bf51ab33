#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <grafana_plugin_protocol/arrow_frame.h>
#include <grafana_plugin_protocol/contracts.h>
#include <grafana_plugin_protocol/queries.h>
#include <grafana_plugin_protocol/serve.h>

#include <cmath>

namespace gpp = grafana_plugin_protocol;

/// A query is {"periodSeconds": 60}, its answer a sine over the dashboard's time range.
std::vector<std::string> answer(const gpp::v2::DataQuery& query, gpp::v2::DataFrameFormat) {
  google::protobuf::Struct model;
  if (!google::protobuf::util::JsonStringToMessage(query.json(), &model).ok()) throw gpp::QueryError("expected JSON");
  const auto period = model.fields().find("periodSeconds");
  const double period_ms = period == model.fields().end() ? 60'000 : period->second.number_value() * 1000;
  if (period_ms <= 0) throw gpp::QueryError("periodSeconds must be more than 0");  // this query fails, the others do not

  std::vector<std::int64_t> times;
  std::vector<double> values;
  const auto& range = query.timerange();
  for (auto ms = range.fromepochms(); ms < range.toepochms(); ms += std::max<std::int64_t>(query.intervalms(), 1)) {
    times.push_back(ms * 1'000'000);
    values.push_back(std::sin(2 * M_PI * static_cast<double>(ms) / period_ms));
  }
  const auto length = static_cast<std::int64_t>(times.size());
  const auto nanoseconds = arrow::timestamp(arrow::TimeUnit::NANO);
  const auto time = std::make_shared<arrow::TimestampArray>(nanoseconds, length, arrow::Buffer::FromVector(std::move(times)));
  const auto value = std::make_shared<arrow::DoubleArray>(length, arrow::Buffer::FromVector(std::move(values)));
  const auto schema = arrow::schema({
      gpp::frame_field("time", time->type(), false),
      gpp::frame_field("value", value->type(), false, R"({"wave":"sine"})"),
  });
  return {gpp::arrow_frame(*arrow::RecordBatch::Make(schema, length, {time, value}), {"", query.refid(), ""})};
}

class Data final : public gpp::v2::Data::Service {
  grpc::Status QueryData(grpc::ServerContext*, const gpp::v2::QueryDataRequest* request,
                         gpp::v2::QueryDataResponse* response) override {
    gpp::answer_queries(*request, answer, response);
    return grpc::Status::OK;
  }
};

class Diagnostics final : public gpp::v2::Diagnostics::Service {
  grpc::Status CheckHealth(grpc::ServerContext*, const gpp::v2::CheckHealthRequest*,
                           gpp::v2::CheckHealthResponse* response) override {
    response->set_status(gpp::v2::CheckHealthResponse::OK);
    response->set_message("it works");
    return grpc::Status::OK;
  }
};

int main() {
  Data data;
  Diagnostics diagnostics;
  return gpp::serve({{2, {&data, &diagnostics}}});
}

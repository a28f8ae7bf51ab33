#include "weather.h"

grpc::Status Diagnostics::CheckHealth(grpc::ServerContext*, const gpp::v2::CheckHealthRequest*,
                                      gpp::v2::CheckHealthResponse* response) {
  std::int64_t rows = 0;
  std::int64_t places = 0;
  database_.select("select count(*), count(distinct location) from weather", {}, [&](WeatherDatabase::Row row) {
    rows = std::get<std::int64_t>(row[0]);
    places = std::get<std::int64_t>(row[1]);
    return false;
  });
  response->set_status(gpp::v2::CheckHealthResponse::OK);
  response->set_message(std::to_string(rows) + " days of weather in " + std::to_string(places) + " places");
  response->set_jsondetails("{\"rows\":" + std::to_string(rows) + ",\"places\":" + std::to_string(places) + "}");
  return grpc::Status::OK;
}

grpc::Status Diagnostics::CollectMetrics(grpc::ServerContext*, const gpp::v2::CollectMetricsRequest*,
                                         gpp::v2::CollectMetricsResponse* response) {
  response->mutable_metrics()->set_prometheus(
      "# HELP weather_queries_total Queries answered, by outcome.\n"
      "# TYPE weather_queries_total counter\n"
      "weather_queries_total{outcome=\"ok\"} " +
      std::to_string(counts_.ok) + "\nweather_queries_total{outcome=\"error\"} " + std::to_string(counts_.error) + "\n");
  return grpc::Status::OK;
}

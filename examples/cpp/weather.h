/// What answers hosts of both protocol majors.
#pragma once

#include <grafana_plugin_protocol/contracts.h>

#include <atomic>
#include <cstdint>

#include "select_frames.h"

namespace gpp = grafana_plugin_protocol;

/// How many queries QueryData answered, by outcome.
struct Counts {
  std::atomic<std::uint64_t> ok = 0;
  std::atomic<std::uint64_t> error = 0;
};

class Data final : public gpp::v2::Data::Service {
 public:
  Data(const WeatherDatabase& database, Counts& counts) : database_(database), counts_(counts) {}
  grpc::Status QueryData(grpc::ServerContext* context, const gpp::v2::QueryDataRequest* request,
                         gpp::v2::QueryDataResponse* response) override;
  grpc::Status QueryChunkedData(grpc::ServerContext* context, const gpp::v2::QueryChunkedDataRequest* request,
                                grpc::ServerWriter<gpp::v2::QueryChunkedDataResponse>* writer) override;

 private:
  const WeatherDatabase& database_;
  Counts& counts_;
};

class Diagnostics final : public gpp::v2::Diagnostics::Service {
 public:
  Diagnostics(const WeatherDatabase& database, const Counts& counts) : database_(database), counts_(counts) {}
  grpc::Status CheckHealth(grpc::ServerContext* context, const gpp::v2::CheckHealthRequest* request,
                           gpp::v2::CheckHealthResponse* response) override;
  grpc::Status CollectMetrics(grpc::ServerContext* context, const gpp::v2::CollectMetricsRequest* request,
                              gpp::v2::CollectMetricsResponse* response) override;

 private:
  const WeatherDatabase& database_;
  const Counts& counts_;
};

class Resource final : public gpp::v2::Resource::Service {
 public:
  /// `GET columns`: the columns of the table, for a query editor.
  grpc::Status CallResource(grpc::ServerContext* context, const gpp::v2::CallResourceRequest* request,
                            grpc::ServerWriter<gpp::v2::CallResourceResponse>* writer) override;
};

/// `replay/seattle`: the days of a place, one after the other.
class Stream final : public gpp::v2::Stream::Service {
 public:
  explicit Stream(const WeatherDatabase& database);
  grpc::Status SubscribeStream(grpc::ServerContext* context, const gpp::v2::SubscribeStreamRequest* request,
                               gpp::v2::SubscribeStreamResponse* response) override;
  grpc::Status PublishStream(grpc::ServerContext* context, const gpp::v2::PublishStreamRequest* request,
                             gpp::v2::PublishStreamResponse* response) override;
  grpc::Status RunStream(grpc::ServerContext* context, const gpp::v2::RunStreamRequest* request,
                         grpc::ServerWriter<gpp::v2::StreamPacket>* writer) override;

 private:
  const WeatherDatabase& database_;
  std::map<std::string, std::string> places_;
};

/// The same queries for hosts of protocol 1, which has series and tables instead of frames.
class DatasourceV1 final : public gpp::v1::DatasourcePlugin::Service {
 public:
  explicit DatasourceV1(const WeatherDatabase& database) : database_(database) {}
  grpc::Status Query(grpc::ServerContext* context, const gpp::v1::DatasourceRequest* request,
                     gpp::v1::DatasourceResponse* response) override;

 private:
  const WeatherDatabase& database_;
};

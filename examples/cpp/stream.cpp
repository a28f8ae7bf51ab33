#include <algorithm>
#include <thread>

#include "weather.h"

namespace {

constexpr auto kReplayInterval = std::chrono::milliseconds(50);

}  // namespace

Stream::Stream(const WeatherDatabase& database) : database_(database) {
  database.select("select distinct location from weather", {}, [&](WeatherDatabase::Row row) {
    const auto& place = std::get<std::string>(row[0]);
    std::string path = "replay/" + place;
    // Paths of streams have no spaces in Grafana.
    std::transform(path.begin(), path.end(), path.begin(),
                   [](unsigned char each) { return each == ' ' ? '-' : static_cast<char>(std::tolower(each)); });
    places_[path] = place;
    return true;
  });
}

grpc::Status Stream::SubscribeStream(grpc::ServerContext*, const gpp::v2::SubscribeStreamRequest* request,
                                     gpp::v2::SubscribeStreamResponse* response) {
  const bool is_there = places_.count(request->path()) > 0;
  response->set_status(is_there ? gpp::v2::SubscribeStreamResponse::OK : gpp::v2::SubscribeStreamResponse::NOT_FOUND);
  return grpc::Status::OK;
}

/// The streams are for reading.
grpc::Status Stream::PublishStream(grpc::ServerContext*, const gpp::v2::PublishStreamRequest*,
                                   gpp::v2::PublishStreamResponse* response) {
  response->set_status(gpp::v2::PublishStreamResponse::PERMISSION_DENIED);
  return grpc::Status::OK;
}

grpc::Status Stream::RunStream(grpc::ServerContext*, const gpp::v2::RunStreamRequest* request,
                               grpc::ServerWriter<gpp::v2::StreamPacket>* writer) {
  const auto place = places_.find(request->path());
  if (place == places_.end()) return {grpc::StatusCode::NOT_FOUND, "no stream \"" + request->path() + "\""};
  const auto* days = "select date, temp_max from weather where location = :place order by date";
  database_.select(days, {{":place", place->second}}, [&](WeatherDatabase::Row row) {
    Frame frame;
    frame.fields.push_back({"time", Kind::time, {row[0]}, {}});
    frame.fields.push_back({"temp_max", Kind::number, {row[1]}, {{"location", place->second}}});
    gpp::v2::StreamPacket packet;
    packet.set_data(to_json(frame));
    // False when the host has cancelled the call, which ends the stream.
    if (!writer->Write(packet)) return false;
    std::this_thread::sleep_for(kReplayInterval);
    return true;
  });
  return grpc::Status::OK;
}

/// The adapter of C++'s protobuf: see ../../README.md.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>
#include <grafana_plugin_protocol/contracts.h>
#include <plugin/grpc_broker.pb.h>
#include <plugin/grpc_controller.pb.h>
#include <plugin/grpc_stdio.pb.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace pb = google::protobuf;
namespace gpp = grafana_plugin_protocol;

namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string to_base64(const std::string& data) {
  std::string text;
  for (std::size_t start = 0; start < data.size(); start += 3) {
    unsigned bits = 0;
    for (std::size_t index = start; index < start + 3; ++index) {
      bits = bits << 8 | (index < data.size() ? static_cast<unsigned char>(data[index]) : 0U);
    }
    for (unsigned place = 0; place < 4; ++place) {
      text += start + place > data.size() ? '=' : kAlphabet[bits >> (18 - 6 * place) & 63];
    }
  }
  return text;
}

std::string from_base64(const std::string& text) {
  static const auto values = [] {
    std::array<unsigned, 256> table{};
    for (unsigned value = 0; value < 64; ++value) table[static_cast<unsigned char>(kAlphabet[value])] = value;
    return table;
  }();
  std::string data;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char each : text) {
    if (each == '=') break;
    bits = bits << 6 | values[static_cast<unsigned char>(each)];
    count += 6;
    if (count >= 8) data += static_cast<char>(bits >> (count -= 8) & 255);
  }
  return data;
}

std::string to_binary(const pb::Message& message) {
  std::string data;
  {
    pb::io::StringOutputStream stream(&data);
    pb::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return data;
}

std::string one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char each) { return each == '\t' || each == '\n' || each == '\r'; }, ' ');
  return text;
}

/// The third field of the answer and what follows.
std::string answer(pb::Message& message, bool is_json, const std::string& input) {
  if (is_json) {
    const auto parsed = pb::util::JsonStringToMessage(input, &message);
    if (!parsed.ok()) return "refused\t" + one_line(std::string(parsed.message()));
  } else if (!message.ParseFromString(input)) {
    return "refused\tParseFromString gave false";
  }
  std::string json;
  const auto printed = pb::util::MessageToJsonString(message, &json);
  if (!printed.ok()) return "refused\t" + one_line(std::string(printed.message()));
  return "ok\t" + to_base64(to_binary(message)) + "\t" + to_base64(json);
}

/// Naming one message of each file links it, and registers all of its messages.
std::vector<const pb::Message*> contracts() {
  return {&gpp::v1::DatasourceRequest::default_instance(),          &gpp::v1::RenderRequest::default_instance(),
          &gpp::v2::QueryDataRequest::default_instance(),           &gpp::extensions_v2::RenderRequest::default_instance(),
          &gpp::extensions_v2::SanitizeRequest::default_instance(), &plugin::ConnInfo::default_instance(),
          &plugin::Empty::default_instance(),                       &plugin::StdioData::default_instance(),
          &gpp::v3::CallRouteRequest::default_instance(),           &gpp::v3::AdmissionReviewRequest::default_instance(),
          &gpp::v3::ConvertObjectsRequest::default_instance()};
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  // libprotobuf prints a line for each text that is not UTF-8.
  pb::SetLogHandler(nullptr);
  const auto linked = contracts();
  for (std::string line; std::getline(std::cin, line);) {
    const auto first = line.find('\t');
    const auto second = line.find('\t', first + 1);
    const auto third = line.find('\t', second + 1);
    const std::string name = line.substr(first + 1, second - first - 1);
    const auto* type = pb::DescriptorPool::generated_pool()->FindMessageTypeByName(name);
    if (type == nullptr) {
      std::cerr << "expected a message of the contracts, got " << name << '\n';
      return 2;
    }
    const std::unique_ptr<pb::Message> message(pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
    const bool is_json = line.compare(second + 1, third - second - 1, "json") == 0;
    std::cout << line.substr(0, first) << '\t' << answer(*message, is_json, from_base64(line.substr(third + 1))) << '\n';
  }
  return linked.empty() ? 1 : 0;
}

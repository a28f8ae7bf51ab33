#include "frame.h"

#include <grafana_plugin_protocol/arrow_frame.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

namespace gpp = grafana_plugin_protocol;

namespace {

constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;

std::shared_ptr<arrow::DataType> arrow_type(Kind kind) {
  if (kind == Kind::time) return arrow::timestamp(arrow::TimeUnit::NANO);
  return kind == Kind::number ? arrow::float64() : arrow::utf8();
}

arrow::Result<std::shared_ptr<arrow::Array>> to_array(const Field& field) {
  std::unique_ptr<arrow::ArrayBuilder> builder;
  ARROW_RETURN_NOT_OK(arrow::MakeBuilder(arrow::default_memory_pool(), arrow_type(field.kind), &builder));
  ARROW_RETURN_NOT_OK(builder->Reserve(static_cast<std::int64_t>(field.values.size())));
  for (const auto& value : field.values) {
    if (const auto* ms = std::get_if<std::int64_t>(&value)) {
      ARROW_RETURN_NOT_OK(static_cast<arrow::TimestampBuilder&>(*builder).Append(*ms * kNanosecondsPerMillisecond));
    } else if (const auto* number = std::get_if<double>(&value)) {
      ARROW_RETURN_NOT_OK(static_cast<arrow::DoubleBuilder&>(*builder).Append(*number));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      ARROW_RETURN_NOT_OK(static_cast<arrow::StringBuilder&>(*builder).Append(*text));
    } else {
      ARROW_RETURN_NOT_OK(builder->AppendNull());
    }
  }
  return builder->Finish();
}

std::string join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const auto& text : texts) {
    if (!joined.empty()) joined += ',';
    joined += text;
  }
  return joined;
}

/// Null for NaN and infinities, which JSON does not have.
std::string json_value(const Value& value) {
  if (const auto* ms = std::get_if<std::int64_t>(&value)) return std::to_string(*ms);
  if (const auto* text = std::get_if<std::string>(&value)) return json_text(*text);
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr || !std::isfinite(*number)) return "null";
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, *number).ptr};
}

/// The rows of numbers that JSON does not have; empty without one.
std::string json_entities(const Field& field) {
  const auto rows = [&](const std::function<bool(double)>& is_one) {
    std::vector<std::string> found;
    for (std::size_t row = 0; row < field.values.size(); ++row) {
      const auto* number = std::get_if<double>(&field.values[row]);
      if (number != nullptr && is_one(*number)) found.push_back(std::to_string(row));
    }
    return join(found);
  };
  std::vector<std::string> members;
  const auto add = [&](const std::string& name, const std::string& found) {
    if (!found.empty()) members.push_back("\"" + name + "\":[" + found + "]");
  };
  add("NaN", rows([](double each) { return std::isnan(each); }));
  add("Inf", rows([](double each) { return std::isinf(each) && each > 0; }));
  add("NegInf", rows([](double each) { return std::isinf(each) && each < 0; }));
  return members.empty() ? "" : "{" + join(members) + "}";
}

std::string json_schema(const Frame& frame) {
  std::vector<std::string> members;
  if (!frame.ref_id.empty()) members.push_back("\"refId\":" + json_text(frame.ref_id));
  if (!frame.meta.empty()) members.push_back("\"meta\":" + frame.meta);
  std::vector<std::string> fields;
  for (const auto& field : frame.fields) {
    const auto* type = field.kind == Kind::time ? "time" : field.kind == Kind::number ? "number" : "string";
    const auto* go_type = field.kind == Kind::time ? "time.Time" : field.kind == Kind::number ? "float64" : "string";
    std::string text = "{\"name\":" + json_text(field.name) + ",\"type\":\"" + type + "\",\"typeInfo\":{\"frame\":\"" + go_type + "\"";
    if (field.is_nullable()) text += ",\"nullable\":true";
    text += "}";
    if (!field.labels.empty()) text += ",\"labels\":" + json_object(field.labels);
    fields.push_back(text + "}");
  }
  members.push_back("\"fields\":[" + join(fields) + "]");
  return "\"schema\":{" + join(members) + "}";
}

std::string json_data(const Frame& frame) {
  std::vector<std::string> columns;
  std::vector<std::string> entities;
  bool has_entities = false;
  for (const auto& field : frame.fields) {
    std::vector<std::string> values;
    for (const auto& value : field.values) values.push_back(json_value(value));
    columns.push_back("[" + join(values) + "]");
    const std::string beside = json_entities(field);
    has_entities = has_entities || !beside.empty();
    entities.push_back(beside.empty() ? "null" : beside);
  }
  const std::string data = "\"data\":{\"values\":[" + join(columns) + "]";
  return data + (has_entities ? ",\"entities\":[" + join(entities) + "]}" : "}");
}

}  // namespace

bool Field::is_nullable() const { return std::any_of(values.begin(), values.end(), is_null); }

std::string json_text(const std::string& text) {
  std::string json = "\"";
  for (const char each : text) {
    if (each == '"' || each == '\\') {
      json += '\\';
      json += each;
    } else if (static_cast<unsigned char>(each) < 0x20) {
      constexpr char kDigits[] = "0123456789abcdef";
      json += std::string("\\u00") + kDigits[each >> 4] + kDigits[each & 15];
    } else {
      json += each;
    }
  }
  return json + "\"";
}

std::string json_object(const std::map<std::string, std::string>& members) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : members) texts.push_back(json_text(name) + ":" + json_text(value));
  return "{" + join(texts) + "}";
}

std::string to_arrow(const Frame& frame) {
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (const auto& field : frame.fields) {
    const std::string labels = field.labels.empty() ? "" : json_object(field.labels);
    fields.push_back(gpp::frame_field(field.name, arrow_type(field.kind), field.is_nullable(), labels));
    auto column = to_array(field);
    if (!column.ok()) throw std::runtime_error(column.status().ToString());
    columns.push_back(*column);
  }
  const auto batch =
      arrow::RecordBatch::Make(arrow::schema(fields), static_cast<std::int64_t>(frame.rows()), std::move(columns));
  return gpp::arrow_frame(*batch, {"", frame.ref_id, frame.meta});
}

std::string to_json(const Frame& frame, JsonPart part) {
  // Grafana's reader wants the schema before the data.
  return "{" + (part == JsonPart::all ? json_schema(frame) + "," : "") + json_data(frame) + "}";
}

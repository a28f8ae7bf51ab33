#include <grafana_plugin_protocol/queries.h>

#include "weather.h"

namespace {

std::string display_name(const Field& field) {
  std::string labels;
  for (const auto& [name, value] : field.labels) labels += (labels.empty() ? "" : ", ") + name + "=" + value;
  return labels.empty() ? field.name : field.name + " {" + labels + "}";
}

void write_cell(const Value& value, gpp::v1::RowValue* cell) {
  using gpp::v1::RowValue;
  cell->set_kind(RowValue::TYPE_NULL);
  if (const auto* ms = std::get_if<std::int64_t>(&value)) {
    cell->set_kind(RowValue::TYPE_INT64);
    cell->set_int64value(*ms);
  } else if (const auto* number = std::get_if<double>(&value)) {
    cell->set_kind(RowValue::TYPE_DOUBLE);
    cell->set_doublevalue(*number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    cell->set_kind(RowValue::TYPE_STRING);
    cell->set_stringvalue(*text);
  }
}

void write_table(const Frame& frame, gpp::v1::Table* table) {
  for (const auto& field : frame.fields) table->add_columns()->set_name(display_name(field));
  for (std::size_t index = 0; index < frame.rows(); ++index) {
    auto* row = table->add_rows();
    for (const auto& field : frame.fields) write_cell(field.values[index], row->add_values());
  }
}

/// Points of v1 cannot be null, so those are left out.
void write_series(const Field& times, const Field& field, gpp::v1::TimeSeries* series) {
  series->set_name(display_name(field));
  series->mutable_tags()->insert(field.labels.begin(), field.labels.end());
  for (std::size_t row = 0; row < field.values.size(); ++row) {
    if (is_null(field.values[row])) continue;
    auto* point = series->add_points();
    point->set_timestamp(std::get<std::int64_t>(times.values[row]));
    point->set_value(std::get<double>(field.values[row]));
  }
}

}  // namespace

grpc::Status DatasourceV1::Query(grpc::ServerContext*, const gpp::v1::DatasourceRequest* request,
                                 gpp::v1::DatasourceResponse* response) {
  const auto& range = request->timerange();
  const std::int64_t from = request->has_timerange() ? range.fromepochms() : 0;
  const std::int64_t to = request->has_timerange() ? range.toepochms() : now();
  for (const auto& query : request->queries()) {
    auto* result = response->add_results();
    result->set_refid(query.refid());
    try {
      const auto asked = parse_query(query.modeljson(), from, to);
      const Frame frame = select_frame(database_, asked);
      if (!asked.is_time_series) write_table(frame, result->add_tables());
      for (const auto& field : frame.fields) {
        if (asked.is_time_series && field.kind == Kind::number) write_series(frame.fields.front(), field, result->add_series());
      }
    } catch (const gpp::QueryError& error) {
      result->set_error(error.what());
    }
  }
  return grpc::Status::OK;
}

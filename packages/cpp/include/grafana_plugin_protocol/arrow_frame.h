/// Data frames by Apache Arrow's C++ library. Only this header needs it, and the package does not link it: your program does.
#pragma once

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace grafana_plugin_protocol {

/// What a frame has beside its fields.
struct FrameInfo {
  std::string name;
  /// The refId of its query.
  std::string ref_id;
  /// A JSON object, such as `{"type":"timeseries-wide"}`; empty for none.
  std::string meta;
};

/// A field of a frame. Frames know int8 to uint64, float32, float64, utf8, boolean, timestamp(NANO), and binary for JSON.
///
/// @param labels a JSON object of texts with sorted keys, such as `{"location":"Seattle"}`; empty for none
/// @param config a JSON object, such as `{"unit":"celsius"}`; empty for none
inline std::shared_ptr<arrow::Field> frame_field(const std::string& name, const std::shared_ptr<arrow::DataType>& type,
                                                 bool nullable, const std::string& labels = "",
                                                 const std::string& config = "") {
  const auto id = type->id();
  const char* tstype = id == arrow::Type::TIMESTAMP                              ? "time"
                       : id == arrow::Type::STRING                               ? "string"
                       : id == arrow::Type::BOOL                                 ? "boolean"
                       : arrow::is_integer(id) || arrow::is_physical_floating(id) ? "number"
                                                                                 : "other";
  auto metadata = arrow::key_value_metadata({{"tstype", tstype}});
  if (!labels.empty()) metadata->Append("labels", labels);
  if (!config.empty()) metadata->Append("config", config);
  return arrow::field(name, type, nullable, metadata);
}

/// The bytes of a frame with one batch, for `DataResponse.frames`: an Arrow file.
///
/// @throws std::runtime_error for a batch that Arrow cannot write
inline std::string arrow_frame(const arrow::RecordBatch& batch, const FrameInfo& info) {
  auto metadata = arrow::key_value_metadata({{"name", info.name}, {"refId", info.ref_id}});
  if (!info.meta.empty()) metadata->Append("meta", info.meta);
  const auto schema = batch.schema()->WithMetadata(metadata);
  const auto write = [&]() -> arrow::Result<std::string> {
    ARROW_ASSIGN_OR_RAISE(const auto sink, arrow::io::BufferOutputStream::Create());
    ARROW_ASSIGN_OR_RAISE(const auto writer, arrow::ipc::MakeFileWriter(sink, schema));
    if (batch.num_rows() > 0) ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*batch.ReplaceSchema(schema).ValueOrDie()));
    ARROW_RETURN_NOT_OK(writer->Close());
    ARROW_ASSIGN_OR_RAISE(const auto buffer, sink->Finish());
    return buffer->ToString();
  };
  auto bytes = write();
  if (!bytes.ok()) throw std::runtime_error("cannot write a frame: " + bytes.status().ToString());
  return *std::move(bytes);
}

}  // namespace grafana_plugin_protocol

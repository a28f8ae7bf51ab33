/// A frame with the three kinds of fields that SQLite's answers need.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

enum class Kind { time, number, text };

/// Null, a time in milliseconds since 1970, a number, or a text.
using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

struct Field {
  std::string name;
  Kind kind;
  std::vector<Value> values;
  std::map<std::string, std::string> labels;

  bool is_nullable() const;
};

struct Frame {
  std::vector<Field> fields;
  std::string ref_id;
  /// A JSON object, or empty.
  std::string meta;

  std::size_t rows() const { return fields.empty() ? 0 : fields.front().values.size(); }
};

inline bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

/// A text in JSON, with its quotes.
std::string json_text(const std::string& text);

/// A JSON object of texts.
std::string json_object(const std::map<std::string, std::string>& members);

/// The bytes of an Arrow file, as hosts ask for it by default.
std::string to_arrow(const Frame& frame);

enum class JsonPart { all, data };

/// Frame JSON, as packets of streams carry it. Later parts of a frame have the data only.
std::string to_json(const Frame& frame, JsonPart part = JsonPart::all);

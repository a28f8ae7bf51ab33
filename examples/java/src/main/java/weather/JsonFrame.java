package weather;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.TreeMap;

/** Frames as JSON, as packets of streams carry them. */
final class JsonFrame {
  private static final Gson JSON = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private JsonFrame() {}

  /**
   * Frame JSON. Grafana's reader wants the schema before the data.
   *
   * @param withSchema later parts of a frame have none
   */
  static String write(Frame frame, String refId, boolean withSchema) {
    JsonObject whole = new JsonObject();
    if (withSchema) {
      whole.add("schema", schema(frame, refId));
    }
    JsonArray values = new JsonArray();
    frame.fields().forEach(field -> values.add(JSON.toJsonTree(field.values())));
    JsonObject data = new JsonObject();
    data.add("values", values);
    whole.add("data", data);
    return JSON.toJson(whole);
  }

  private static JsonObject schema(Frame frame, String refId) {
    JsonObject schema = new JsonObject();
    if (!refId.isEmpty()) {
      schema.addProperty("refId", refId);
    }
    if (frame.meta() != null) {
      schema.add("meta", JsonParser.parseString(frame.meta()));
    }
    JsonArray fields = new JsonArray();
    frame.fields().forEach(field -> fields.add(field(field)));
    schema.add("fields", fields);
    return schema;
  }

  private static JsonObject field(Frame.Field field) {
    JsonObject info = new JsonObject();
    info.addProperty("frame", field.kind().goType);
    if (field.isNullable()) {
      info.addProperty("nullable", true);
    }
    JsonObject object = new JsonObject();
    object.addProperty("name", field.name());
    object.addProperty("type", field.kind().frontendType);
    object.add("typeInfo", info);
    if (!field.labels().isEmpty()) {
      object.add("labels", JSON.toJsonTree(new TreeMap<>(field.labels())));
    }
    return object;
  }
}

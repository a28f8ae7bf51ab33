package weather;

import com.google.gson.Gson;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Frames as Arrow files, with labels and meta in the metadata of the schema, as Grafana reads them. */
final class ArrowFrame {
  private static final Gson JSON = new Gson();
  private static final long NANOSECONDS = 1_000_000;

  private ArrowFrame() {}

  /** What {@code DataResponse.frames} takes. */
  static ByteString write(Frame frame, String refId) {
    ByteString.Output bytes = ByteString.newOutput();
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(schema(frame, refId), allocator);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, Channels.newChannel(bytes))) {
      for (int index = 0; index < frame.fields().size(); index++) {
        fill(root.getVector(index), frame.fields().get(index).values());
      }
      root.setRowCount(frame.length());
      writer.start();
      if (frame.length() > 0) {
        writer.writeBatch();
      }
      writer.end();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return bytes.toByteString();
  }

  private static Schema schema(Frame frame, String refId) {
    Map<String, String> own = new LinkedHashMap<>();
    own.put("name", "");
    own.put("refId", refId);
    if (frame.meta() != null) {
      own.put("meta", frame.meta());
    }
    return new Schema(frame.fields().stream().map(ArrowFrame::field).toList(), own);
  }

  private static Field field(Frame.Field field) {
    Map<String, String> own = new LinkedHashMap<>();
    own.put("tstype", field.kind().frontendType);
    if (!field.labels().isEmpty()) {
      own.put("labels", JSON.toJson(new TreeMap<>(field.labels())));
    }
    ArrowType type =
        switch (field.kind()) {
          case TIME -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, null);
          case NUMBER -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
          case TEXT -> ArrowType.Utf8.INSTANCE;
        };
    return new Field(field.name(), new FieldType(field.isNullable(), type, null, own), null);
  }

  private static void fill(FieldVector vector, List<?> values) {
    vector.setInitialCapacity(values.size());
    vector.allocateNew();
    for (int row = 0; row < values.size(); row++) {
      Object value = values.get(row);
      if (value == null) {
        vector.setNull(row);
      } else if (vector instanceof TimeStampNanoVector times) {
        times.setSafe(row, Math.multiplyExact((Long) value, NANOSECONDS));
      } else if (vector instanceof Float8Vector numbers) {
        numbers.setSafe(row, (Double) value);
      } else {
        ((VarCharVector) vector).setSafe(row, ((String) value).getBytes(StandardCharsets.UTF_8));
      }
    }
    vector.setValueCount(values.size());
  }
}

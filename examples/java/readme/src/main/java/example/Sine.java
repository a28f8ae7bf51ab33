package example;

import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import io.github.grafanapluginprotocol.Plugin;
import io.github.grafanapluginprotocol.Queries;
import io.github.grafanapluginprotocol.QueryException;
import io.github.grafanapluginprotocol.v2.CheckHealthRequest;
import io.github.grafanapluginprotocol.v2.CheckHealthResponse;
import io.github.grafanapluginprotocol.v2.DataGrpc;
import io.github.grafanapluginprotocol.v2.DataQuery;
import io.github.grafanapluginprotocol.v2.DiagnosticsGrpc;
import io.github.grafanapluginprotocol.v2.QueryDataRequest;
import io.github.grafanapluginprotocol.v2.QueryDataResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** A data source: a query is {"periodSeconds": 60}, its answer a sine over the dashboard's time range. */
public final class Sine {
  /** A frame of two fields. Frames have times in nanoseconds, without a zone. */
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.notNullable("time", new ArrowType.Timestamp(TimeUnit.NANOSECOND, null)),
              Field.notNullable("value", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE))));

  public static void main(String[] args) {
    new Plugin().v2(new Data(), new Diagnostics()).serve();
  }

  private static final class Data extends DataGrpc.DataImplBase {
    @Override
    public void queryData(QueryDataRequest request, StreamObserver<QueryDataResponse> response) {
      response.onNext(Queries.answer(request, query -> List.of(answer(query))));
      response.onCompleted();
    }

    private static ByteString answer(DataQuery query) throws QueryException, IOException {
      var model = JsonParser.parseString(query.getJson().toStringUtf8()).getAsJsonObject();
      double period = model.has("periodSeconds") ? model.get("periodSeconds").getAsDouble() * 1000 : 60_000;
      if (period <= 0) {
        throw new QueryException("periodSeconds must be more than 0"); // this query fails, the others get their frames
      }
      ByteString.Output bytes = ByteString.newOutput();
      try (var allocator = new RootAllocator();
          var root = VectorSchemaRoot.create(SCHEMA, allocator);
          var writer = new ArrowFileWriter(root, null, Channels.newChannel(bytes))) {
        int row = 0;
        long step = Math.max(query.getIntervalMS(), 1);
        for (long ms = query.getTimeRange().getFromEpochMS(); ms < query.getTimeRange().getToEpochMS(); ms += step) {
          ((TimeStampNanoVector) root.getVector("time")).setSafe(row, ms * 1_000_000);
          ((Float8Vector) root.getVector("value")).setSafe(row, Math.sin(2 * Math.PI * ms / period));
          row++;
        }
        root.setRowCount(row);
        writer.writeBatch();
      }
      return bytes.toByteString();
    }
  }

  private static final class Diagnostics extends DiagnosticsGrpc.DiagnosticsImplBase {
    @Override
    public void checkHealth(CheckHealthRequest request, StreamObserver<CheckHealthResponse> response) {
      response.onNext(CheckHealthResponse.newBuilder().setStatus(CheckHealthResponse.HealthStatus.OK).setMessage("it works").build());
      response.onCompleted();
    }
  }
}

package weather;

import com.google.protobuf.ByteString;
import io.github.grafanapluginprotocol.Queries;
import io.github.grafanapluginprotocol.QueryException;
import io.github.grafanapluginprotocol.v2.DataFrameFormat;
import io.github.grafanapluginprotocol.v2.DataGrpc;
import io.github.grafanapluginprotocol.v2.DataQuery;
import io.github.grafanapluginprotocol.v2.QueryChunkedDataRequest;
import io.github.grafanapluginprotocol.v2.QueryChunkedDataResponse;
import io.github.grafanapluginprotocol.v2.QueryDataRequest;
import io.github.grafanapluginprotocol.v2.QueryDataResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Answers queries of major 2. */
final class Data extends DataGrpc.DataImplBase {
  private static final int ROWS_PER_CHUNK = 1024;

  private final WeatherDatabase database;
  private final Main.Counts counts;

  Data(WeatherDatabase database, Main.Counts counts) {
    this.database = database;
    this.counts = counts;
  }

  @Override
  public void queryData(QueryDataRequest request, StreamObserver<QueryDataResponse> response) {
    response.onNext(Queries.answer(request, query -> List.of(answer(query, request.getFormat()))));
    response.onCompleted();
  }

  private ByteString answer(DataQuery query, DataFrameFormat format) throws QueryException {
    try {
      Frame frame = SelectFrames.select(database, WeatherQuery.parse(query));
      counts.ok().incrementAndGet();
      return encode(frame, query.getRefId(), format, true);
    } catch (QueryException error) {
      counts.error().incrementAndGet();
      throw error;
    }
  }

  private static ByteString encode(Frame frame, String refId, DataFrameFormat format, boolean withSchema) {
    return format == DataFrameFormat.JSON
        ? ByteString.copyFromUtf8(JsonFrame.write(frame, refId, withSchema))
        : ArrowFrame.write(frame, refId);
  }

  @Override
  public void queryChunkedData(QueryChunkedDataRequest request, StreamObserver<QueryChunkedDataResponse> responses) {
    for (DataQuery query : request.getQueriesList()) {
      try {
        sendChunks(request, query, responses);
      } catch (QueryException error) {
        responses.onNext(
            QueryChunkedDataResponse.newBuilder()
                .setRefId(query.getRefId())
                .setError(error.getMessage())
                .setStatus(error.status())
                .setErrorSource(error.source())
                .build());
      }
    }
    responses.onCompleted();
  }

  private void sendChunks(QueryChunkedDataRequest request, DataQuery query, StreamObserver<QueryChunkedDataResponse> responses)
      throws QueryException {
    Frame whole = SelectFrames.selectTable(database, WeatherQuery.parse(query));
    // No rows are one chunk.
    for (int row = 0; row == 0 || row < whole.length(); row += ROWS_PER_CHUNK) {
      Frame part = whole.slice(row, row + ROWS_PER_CHUNK);
      responses.onNext(
          QueryChunkedDataResponse.newBuilder()
              .setRefId(query.getRefId())
              .setFrameId("0")
              .setFrame(encode(part, query.getRefId(), request.getFormat(), row == 0))
              .setStatus(200)
              .setFormat(request.getFormat())
              .build());
    }
  }
}

package weather;

import com.google.protobuf.ByteString;
import io.github.grafanapluginprotocol.QueryException;
import io.github.grafanapluginprotocol.v2.PublishStreamRequest;
import io.github.grafanapluginprotocol.v2.PublishStreamResponse;
import io.github.grafanapluginprotocol.v2.RunStreamRequest;
import io.github.grafanapluginprotocol.v2.StreamGrpc;
import io.github.grafanapluginprotocol.v2.StreamPacket;
import io.github.grafanapluginprotocol.v2.SubscribeStreamRequest;
import io.github.grafanapluginprotocol.v2.SubscribeStreamResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import weather.Frame.Field;
import weather.Frame.Kind;

/** {@code replay/seattle}: the days of a place, one after the other. */
final class Stream extends StreamGrpc.StreamImplBase {
  private static final long REPLAY_MS = 50;

  private final Map<String, Frame> daysByPath = new TreeMap<>();

  Stream(WeatherDatabase database) throws QueryException {
    for (List<Object> row : database.select("select distinct location from weather", 0, 0).rows()) {
      String place = row.get(0).toString();
      String sql = "select date as time, temp_max from weather where location = '" + place + "' order by date";
      Frame days = SelectFrames.selectTable(database, new WeatherQuery(sql, true, 0, 0));
      Field temperatures = days.fields().get(1);
      Field labelled = new Field("temp_max", Kind.NUMBER, temperatures.values(), Map.of("location", place));
      // Paths of streams have no spaces in Grafana.
      String path = "replay/" + place.toLowerCase(Locale.ROOT).replace(' ', '-');
      daysByPath.put(path, new Frame(List.of(days.fields().get(0), labelled), null));
    }
  }

  @Override
  public void subscribeStream(SubscribeStreamRequest request, StreamObserver<SubscribeStreamResponse> response) {
    boolean isThere = daysByPath.containsKey(request.getPath());
    var status = isThere ? SubscribeStreamResponse.Status.OK : SubscribeStreamResponse.Status.NOT_FOUND;
    response.onNext(SubscribeStreamResponse.newBuilder().setStatus(status).build());
    response.onCompleted();
  }

  /** The streams are for reading. */
  @Override
  public void publishStream(PublishStreamRequest request, StreamObserver<PublishStreamResponse> response) {
    response.onNext(PublishStreamResponse.newBuilder().setStatus(PublishStreamResponse.Status.PERMISSION_DENIED).build());
    response.onCompleted();
  }

  @Override
  public void runStream(RunStreamRequest request, StreamObserver<StreamPacket> responses) {
    Frame days = daysByPath.get(request.getPath());
    if (days == null) {
      responses.onError(Status.NOT_FOUND.withDescription("no stream \"" + request.getPath() + "\"").asRuntimeException());
      return;
    }
    var packets = (ServerCallStreamObserver<StreamPacket>) responses;
    // With a handler, a packet after the host's cancellation is no error.
    packets.setOnCancelHandler(() -> {});
    for (int day = 0; day < days.length() && !packets.isCancelled(); ) {
      // A slow host gets the next day later.
      if (packets.isReady()) {
        String json = JsonFrame.write(days.slice(day, day + 1), "", true);
        packets.onNext(StreamPacket.newBuilder().setData(ByteString.copyFromUtf8(json)).build());
        day++;
      }
      try {
        Thread.sleep(REPLAY_MS);
      } catch (InterruptedException error) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    if (!packets.isCancelled()) {
      packets.onCompleted();
    }
  }
}

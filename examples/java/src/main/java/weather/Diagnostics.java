package weather;

import com.google.protobuf.ByteString;
import io.github.grafanapluginprotocol.QueryException;
import io.github.grafanapluginprotocol.v2.CheckHealthRequest;
import io.github.grafanapluginprotocol.v2.CheckHealthResponse;
import io.github.grafanapluginprotocol.v2.CollectMetricsRequest;
import io.github.grafanapluginprotocol.v2.CollectMetricsResponse;
import io.github.grafanapluginprotocol.v2.DiagnosticsGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Says how the plugin is. */
final class Diagnostics extends DiagnosticsGrpc.DiagnosticsImplBase {
  private static final String METRICS =
      """
      # HELP weather_queries_total Queries answered, by outcome.
      # TYPE weather_queries_total counter
      weather_queries_total{outcome="ok"} %d
      weather_queries_total{outcome="error"} %d
      """;

  private final WeatherDatabase database;
  private final Main.Counts counts;

  Diagnostics(WeatherDatabase database, Main.Counts counts) {
    this.database = database;
    this.counts = counts;
  }

  @Override
  public void checkHealth(CheckHealthRequest request, StreamObserver<CheckHealthResponse> response) {
    response.onNext(health());
    response.onCompleted();
  }

  private CheckHealthResponse health() {
    try {
      List<Object> found = database.select("select count(*), count(distinct location) from weather", 0, 0).rows().get(0);
      return CheckHealthResponse.newBuilder()
          .setStatus(CheckHealthResponse.HealthStatus.OK)
          .setMessage("%s days of weather in %s places".formatted(found.toArray()))
          .setJsonDetails(ByteString.copyFromUtf8("{\"rows\":%s,\"places\":%s}".formatted(found.toArray())))
          .build();
    } catch (QueryException error) {
      return CheckHealthResponse.newBuilder().setStatus(CheckHealthResponse.HealthStatus.ERROR).setMessage(error.getMessage()).build();
    }
  }

  @Override
  public void collectMetrics(CollectMetricsRequest request, StreamObserver<CollectMetricsResponse> response) {
    String text = METRICS.formatted(counts.ok().get(), counts.error().get());
    var payload = CollectMetricsResponse.Payload.newBuilder().setPrometheus(ByteString.copyFromUtf8(text));
    response.onNext(CollectMetricsResponse.newBuilder().setMetrics(payload).build());
    response.onCompleted();
  }
}

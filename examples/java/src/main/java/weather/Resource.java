package weather;

import com.google.gson.Gson;
import com.google.protobuf.ByteString;
import io.github.grafanapluginprotocol.v2.CallResourceRequest;
import io.github.grafanapluginprotocol.v2.CallResourceResponse;
import io.github.grafanapluginprotocol.v2.ResourceGrpc;
import io.github.grafanapluginprotocol.v2.StringList;
import io.grpc.stub.StreamObserver;
import java.util.Map;

/** {@code GET columns}: the columns of the table, for a query editor. */
final class Resource extends ResourceGrpc.ResourceImplBase {
  private static final Gson JSON = new Gson();

  @Override
  public void callResource(CallResourceRequest request, StreamObserver<CallResourceResponse> responses) {
    responses.onNext(answer(request));
    responses.onCompleted();
  }

  private static CallResourceResponse answer(CallResourceRequest request) {
    if (request.getMethod().equals("GET") && request.getPath().equals("columns")) {
      var columns = WeatherDatabase.COLUMNS.entrySet().stream().map(column -> Map.of("name", column.getKey(), "type", column.getValue())).toList();
      return json(200, Map.of("columns", columns));
    }
    String text = "nothing at %s \"%s\": try GET \"columns\"".formatted(request.getMethod(), request.getPath());
    return json(404, Map.of("message", text));
  }

  private static CallResourceResponse json(int code, Object body) {
    return CallResourceResponse.newBuilder()
        .setCode(code)
        .putHeaders("Content-Type", StringList.newBuilder().addValues("application/json").build())
        .setBody(ByteString.copyFromUtf8(JSON.toJson(body)))
        .build();
  }
}

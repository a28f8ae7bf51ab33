package weather;

import io.github.grafanapluginprotocol.QueryException;
import io.github.grafanapluginprotocol.v1.DatasourcePluginGrpc;
import io.github.grafanapluginprotocol.v1.DatasourceRequest;
import io.github.grafanapluginprotocol.v1.DatasourceResponse;
import io.github.grafanapluginprotocol.v1.Point;
import io.github.grafanapluginprotocol.v1.Query;
import io.github.grafanapluginprotocol.v1.QueryResult;
import io.github.grafanapluginprotocol.v1.RowValue;
import io.github.grafanapluginprotocol.v1.Table;
import io.github.grafanapluginprotocol.v1.TableColumn;
import io.github.grafanapluginprotocol.v1.TableRow;
import io.github.grafanapluginprotocol.v1.TimeSeries;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import weather.Frame.Field;
import weather.Frame.Kind;

/** The same queries for hosts of protocol 1, which has series and tables instead of frames. */
final class DatasourceV1 extends DatasourcePluginGrpc.DatasourcePluginImplBase {
  private final WeatherDatabase database;

  DatasourceV1(WeatherDatabase database) {
    this.database = database;
  }

  @Override
  public void query(DatasourceRequest request, StreamObserver<DatasourceResponse> response) {
    DatasourceResponse.Builder results = DatasourceResponse.newBuilder();
    for (Query query : request.getQueriesList()) {
      results.addResults(result(request, query).setRefId(query.getRefId()));
    }
    response.onNext(results.build());
    response.onCompleted();
  }

  private QueryResult.Builder result(DatasourceRequest request, Query query) {
    try {
      long start = request.getTimeRange().getFromEpochMs();
      long end = request.hasTimeRange() ? request.getTimeRange().getToEpochMs() : System.currentTimeMillis();
      WeatherQuery asked = WeatherQuery.parse(query.getModelJson(), start, end);
      Frame frame = SelectFrames.select(database, asked);
      return asked.isTable() ? QueryResult.newBuilder().addTables(toTable(frame)) : QueryResult.newBuilder().addAllSeries(toSeries(frame));
    } catch (QueryException error) {
      return QueryResult.newBuilder().setError(error.getMessage());
    }
  }

  private static Table toTable(Frame frame) {
    Table.Builder table = Table.newBuilder();
    frame.fields().forEach(field -> table.addColumns(TableColumn.newBuilder().setName(displayName(field))));
    for (int row = 0; row < frame.length(); row++) {
      TableRow.Builder cells = TableRow.newBuilder();
      for (Field field : frame.fields()) {
        cells.addValues(toCell(field.kind(), field.values().get(row)));
      }
      table.addRows(cells);
    }
    return table.build();
  }

  private static RowValue toCell(Kind kind, Object value) {
    RowValue.Builder cell = RowValue.newBuilder();
    if (value == null) {
      return cell.setKind(RowValue.Kind.TYPE_NULL).build();
    }
    return switch (kind) {
      case TIME -> cell.setKind(RowValue.Kind.TYPE_INT64).setInt64Value((Long) value).build();
      case NUMBER -> cell.setKind(RowValue.Kind.TYPE_DOUBLE).setDoubleValue((Double) value).build();
      case TEXT -> cell.setKind(RowValue.Kind.TYPE_STRING).setStringValue((String) value).build();
    };
  }

  /** A series for each value field; points of major 1 cannot be null, so those are left out. */
  private static List<TimeSeries> toSeries(Frame frame) {
    List<TimeSeries> series = new ArrayList<>();
    for (Field field : frame.fields()) {
      if (field.kind() != Kind.NUMBER) {
        continue;
      }
      TimeSeries.Builder one = TimeSeries.newBuilder().setName(displayName(field)).putAllTags(field.labels());
      for (int row = 0; row < frame.length(); row++) {
        if (field.values().get(row) instanceof Double value) {
          one.addPoints(Point.newBuilder().setTimestamp((Long) frame.fields().get(0).values().get(row)).setValue(value));
        }
      }
      series.add(one.build());
    }
    return series;
  }

  private static String displayName(Field field) {
    List<String> labels = new ArrayList<>();
    new TreeMap<>(field.labels()).forEach((key, value) -> labels.add(key + "=" + value));
    return labels.isEmpty() ? field.name() : field.name() + " {" + String.join(", ", labels) + "}";
  }
}

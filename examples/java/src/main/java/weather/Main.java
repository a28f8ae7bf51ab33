package weather;

import io.github.grafanapluginprotocol.Plugin;
import java.util.concurrent.atomic.AtomicLong;

/** A weather data source for hosts of both protocol majors, in one executable. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    WeatherDatabase database = WeatherDatabase.open();
    Counts counts = new Counts(new AtomicLong(), new AtomicLong());
    new Plugin()
        .v2(new Data(database, counts), new Diagnostics(database, counts), new Resource(), new Stream(database))
        .v1(new DatasourceV1(database))
        .serve();
  }

  /** Queries answered, by outcome. */
  record Counts(AtomicLong ok, AtomicLong error) {}
}

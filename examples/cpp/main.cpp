/// A weather data source for hosts of both protocol majors, in one executable.
#include <grafana_plugin_protocol/serve.h>

#include "weather.h"

int main() {
  const WeatherDatabase database(WEATHER_CSV);
  Counts counts;
  Data data(database, counts);
  Diagnostics diagnostics(database, counts);
  Resource resource;
  Stream stream(database);
  DatasourceV1 datasource(database);
  return gpp::serve({{2, {&data, &diagnostics, &resource, &stream}}, {1, {&datasource}}});
}

"""Calls a gateway by the unchanged `grafana-client`, and prints what it made of the answers as one JSON object.

    python ask_gateway.py URL TOKEN [go]

With `go` the data source of that uid is asked, too.
"""

import json
import logging
import sys

from grafana_client import GrafanaApi
from grafana_client.model import DatasourceIdentifier


def main():
    url, token, *sources = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    grafana = GrafanaApi.from_url(url, credential=token)
    source = grafana.datasource
    hottest = "select location, max(temp_max) as hottest from weather group by 1"
    series = {
        "method": "POST",
        "data": {
            "from": "1700000000000",
            "to": "1700000300000",
            "queries": [{"refId": "A", "datasource": {"uid": "go"}, "do": "series", "rows": 2}],
        },
    }
    table = {"format": "table", "refId": "test"}
    print(
        json.dumps(
            {
                "connect": grafana.connect(),
                "version": grafana.version,
                "list": [(each["id"], each["uid"], each["access"]) for each in source.list_datasources()],
                "byUid": source.get_datasource_by_uid("w1"),
                "byName": source.get_datasource_by_name("Weather"),
                "byId": source.get_datasource_by_id(1),
                "found": source.find_datasource("Weather"),
                "idByName": source.get_datasource_id_by_name("Weather"),
                "byIdentifier": source.get(DatasourceIdentifier(name="Weather")),
                "health": source.health("w1"),
                "healthInquiry": compact(source.health_inquiry("w1")),
                "healthOfNone": compact(source.health_inquiry("none")),
                "healthCheck": compact(source.health_check(DatasourceIdentifier(uid="w1"))),
                "query": source.smartquery(DatasourceIdentifier(uid="w1"), hottest, table),
                "goQuery": [source.smartquery(DatasourceIdentifier(uid=uid), None, request=series) for uid in sources],
                "plugins": sorted(each["id"] for each in grafana.plugin.list()),
                "plugin": grafana.plugin.by_id("mysql")["id"],
                "failedQuery": failure(
                    lambda: source.smartquery(DatasourceIdentifier(uid="w1"), "select nonsense", table)
                ),
                "unknown": failure(lambda: source.get_datasource_by_uid("none")),
                "proxy": failure(lambda: source.query(datasource_id=1, query="up", timestamp=1)),
                "wrongToken": failure(lambda: GrafanaApi.from_url(url, credential="guessed").connect()),
                "password": GrafanaApi.from_url(url, credential=("admin", token)).version,
            }
        )
    )


def compact(health):
    answer = health.asdict_compact()
    del answer["duration"]
    return answer


def failure(call):
    """The class, status and body of the error that a call has to raise."""
    try:
        call()
    except Exception as error:
        return [type(error).__name__, error.status_code, error.response]
    return None


if __name__ == "__main__":
    main()

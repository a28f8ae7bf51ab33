//! The same queries for hosts of protocol 1, which has series and tables instead of frames.

use grafana_plugin_protocol::v1::datasource_plugin_server::DatasourcePlugin;
use grafana_plugin_protocol::v1::row_value::Kind;
use grafana_plugin_protocol::v1::{
    DatasourceRequest, DatasourceResponse, Point, QueryResult, RowValue, Table, TableColumn,
    TableRow, TimeSeries,
};
use tonic::{Request, Response, Status};

use crate::frame::{Field, Frame, Values};
use crate::select::{Query, select_frame};
use crate::weather::{Database, with_database};

pub struct Datasource {
    pub database: Database,
}

#[tonic::async_trait]
impl DatasourcePlugin for Datasource {
    async fn query(
        &self,
        request: Request<DatasourceRequest>,
    ) -> Result<Response<DatasourceResponse>, Status> {
        let request = request.into_inner();
        let range = request
            .time_range
            .map(|range| (range.from_epoch_ms, range.to_epoch_ms));
        let mut results = Vec::new();
        for query in request.queries {
            let result = with_database(&self.database, move |database| {
                let answer = Query::parse(query.model_json.as_bytes(), range).and_then(|parsed| {
                    Ok((parsed.is_time_series, select_frame(database, &parsed)?))
                });
                let ref_id = query.ref_id;
                Ok(match answer {
                    Ok((true, frame)) => QueryResult {
                        ref_id,
                        series: to_series(&frame),
                        ..Default::default()
                    },
                    Ok((false, frame)) => QueryResult {
                        ref_id,
                        tables: vec![to_table(&frame)],
                        ..Default::default()
                    },
                    Err(error) => QueryResult {
                        ref_id,
                        error,
                        ..Default::default()
                    },
                })
            });
            results.push(
                result
                    .await?
                    .map_err(|error| Status::internal(error.to_string()))?,
            );
        }
        Ok(Response::new(DatasourceResponse { results }))
    }
}

fn to_table(frame: &Frame) -> Table {
    let rows = (0..frame.len()).map(|row| TableRow {
        values: frame
            .fields
            .iter()
            .map(|field| to_cell(field, row))
            .collect(),
    });
    let columns = frame.fields.iter().map(|field| TableColumn {
        name: display_name(field),
    });
    Table {
        columns: columns.collect(),
        rows: rows.collect(),
    }
}

fn to_cell(field: &Field, row: usize) -> RowValue {
    let cell = match &field.values {
        Values::Time(values) => values[row].map(|int64_value| RowValue {
            kind: Kind::TypeInt64.into(),
            int64_value,
            ..Default::default()
        }),
        Values::Number(values) => values[row].map(|double_value| RowValue {
            kind: Kind::TypeDouble.into(),
            double_value,
            ..Default::default()
        }),
        Values::Text(values) => values[row].clone().map(|string_value| RowValue {
            kind: Kind::TypeString.into(),
            string_value,
            ..Default::default()
        }),
    };
    cell.unwrap_or_else(|| RowValue {
        kind: Kind::TypeNull.into(),
        ..Default::default()
    })
}

/// A series for each value field; points of v1 cannot be null, so those are left out.
fn to_series(frame: &Frame) -> Vec<TimeSeries> {
    let times = frame.fields.iter().find_map(|field| match &field.values {
        Values::Time(values) => Some(values),
        _ => None,
    });
    let Some(times) = times else {
        return Vec::new();
    };
    let series = frame.fields.iter().filter_map(|field| {
        let Values::Number(values) = &field.values else {
            return None;
        };
        let points = times.iter().zip(values).filter_map(|(time, value)| {
            Some(Point {
                timestamp: (*time)?,
                value: (*value)?,
            })
        });
        Some(TimeSeries {
            name: display_name(field),
            tags: field.labels.clone(),
            points: points.collect(),
        })
    });
    series.collect()
}

fn display_name(field: &Field) -> String {
    let labels: Vec<String> = field
        .labels
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    if labels.is_empty() {
        field.name.clone()
    } else {
        format!("{} {{{}}}", field.name, labels.join(", "))
    }
}

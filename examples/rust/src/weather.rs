//! Everything that Grafana asks of a data source.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use grafana_plugin_protocol::v2::check_health_response::HealthStatus;
use grafana_plugin_protocol::v2::collect_metrics_response::Payload;
use grafana_plugin_protocol::v2::data_server::Data;
use grafana_plugin_protocol::v2::diagnostics_server::Diagnostics;
use grafana_plugin_protocol::v2::publish_stream_response::Status as Published;
use grafana_plugin_protocol::v2::resource_server::Resource;
use grafana_plugin_protocol::v2::stream_server::Stream;
use grafana_plugin_protocol::v2::subscribe_stream_response::Status as Subscribed;
use grafana_plugin_protocol::v2::{
    CallResourceRequest, CallResourceResponse, CheckHealthRequest, CheckHealthResponse,
    CollectMetricsRequest, CollectMetricsResponse, DataFrameFormat, DataQuery, DataResponse,
    PublishStreamRequest, PublishStreamResponse, QueryChunkedDataRequest, QueryChunkedDataResponse,
    QueryDataRequest, QueryDataResponse, RunStreamRequest, StreamPacket, StringList,
    SubscribeStreamRequest, SubscribeStreamResponse,
};
use rusqlite::Connection;
use serde_json::{Value as Json, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use crate::database::COLUMNS;
use crate::frame::{Field, Frame, Part, Values};
use crate::select::{Query, select_frame, select_table};

const ROWS_PER_FRAME: usize = 1024;
const REPLAY: Duration = Duration::from_millis(50);

pub type Database = Arc<Mutex<Connection>>;

pub struct Weather {
    database: Database,
    answered: AtomicU64,
    failed: AtomicU64,
}

impl Weather {
    pub fn new(database: Database) -> Self {
        Weather {
            database,
            answered: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        }
    }

    /// The place of a stream such as `replay/new-york`: paths have no spaces in Grafana.
    async fn place_of(&self, path: &str) -> Result<Option<String>, Status> {
        let path = path.to_string();
        with_database(&self.database, move |database| {
            let mut statement = database.prepare("select distinct location from weather")?;
            let places = statement
                .query_map([], |row| row.get::<_, String>(0))?
                .collect::<Result<Vec<_>, _>>()?;
            Ok(places
                .into_iter()
                .find(|place| path == format!("replay/{}", place.to_lowercase().replace(' ', "-"))))
        })
        .await?
        .map_err(internal)
    }
}

/// Runs `use_it` in a thread that may block.
pub async fn with_database<T: Send + 'static>(
    database: &Database,
    use_it: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
) -> Result<rusqlite::Result<T>, Status> {
    let database = database.clone();
    let run = move || use_it(&database.lock().unwrap_or_else(PoisonError::into_inner));
    tokio::task::spawn_blocking(run)
        .await
        .map_err(|error| Status::internal(error.to_string()))
}

fn internal(error: rusqlite::Error) -> Status {
    Status::internal(error.to_string())
}

fn parse(query: &DataQuery) -> Result<Query, String> {
    Query::parse(
        &query.json,
        query
            .time_range
            .map(|range| (range.from_epoch_ms, range.to_epoch_ms)),
    )
}

fn format_of(number: i32) -> DataFrameFormat {
    DataFrameFormat::try_from(number).unwrap_or(DataFrameFormat::Arrow)
}

#[tonic::async_trait]
impl Data for Weather {
    /// Each query has its own answer: a wrong one does not fail the others.
    async fn query_data(
        &self,
        request: Request<QueryDataRequest>,
    ) -> Result<Response<QueryDataResponse>, Status> {
        let request = request.into_inner();
        let format = format_of(request.format);
        let mut responses = BTreeMap::new();
        for query in request.queries {
            let ref_id = query.ref_id.clone();
            let answer = with_database(&self.database, move |database| {
                Ok(parse(&query).and_then(|parsed| {
                    let frame = select_frame(database, &parsed)?;
                    frame
                        .to_bytes(&query.ref_id, format, Part::First)
                        .map_err(|error| error.to_string())
                }))
            });
            let answer = answer.await?.map_err(internal)?;
            let counter = if answer.is_ok() {
                &self.answered
            } else {
                &self.failed
            };
            counter.fetch_add(1, Ordering::Relaxed);
            let response = match answer {
                Ok(frame) => DataResponse {
                    frames: vec![frame],
                    status: 200,
                    format: format.into(),
                    ..Default::default()
                },
                Err(error) => DataResponse {
                    error,
                    status: 400,
                    error_source: "downstream".into(),
                    ..Default::default()
                },
            };
            responses.insert(ref_id, response);
        }
        Ok(Response::new(QueryDataResponse { responses }))
    }

    /// The rows as a table, some at a time. The next ones are made when the host has taken the last.
    async fn query_chunked_data(
        &self,
        request: Request<QueryChunkedDataRequest>,
    ) -> Result<Response<BoxStream<QueryChunkedDataResponse>>, Status> {
        let request = request.into_inner();
        let format = format_of(request.format);
        let database = self.database.clone();
        let (to_host, chunks) = mpsc::channel(1);
        tokio::spawn(async move {
            for query in request.queries {
                let ref_id = query.ref_id.clone();
                let answer = with_database(&database, move |database| {
                    Ok(parse(&query).and_then(|parsed| select_table(database, &parsed)))
                });
                let chunks = match answer.await {
                    Ok(Ok(answer)) => to_chunks(ref_id, answer, format),
                    Ok(Err(error)) => Box::new([Err(internal(error))].into_iter()),
                    Err(status) => Box::new([Err(status)].into_iter()),
                };
                for chunk in chunks {
                    // It fails when the host has left.
                    if to_host.send(chunk).await.is_err() {
                        return;
                    }
                }
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(chunks))))
    }
}

type Chunks = Box<dyn Iterator<Item = Result<QueryChunkedDataResponse, Status>> + Send>;

fn to_chunks(ref_id: String, answer: Result<Frame, String>, format: DataFrameFormat) -> Chunks {
    let frame = match answer {
        Ok(frame) => frame,
        Err(error) => {
            let error_source = "downstream".into();
            let chunk = QueryChunkedDataResponse {
                ref_id,
                error,
                status: 400,
                error_source,
                ..Default::default()
            };
            return Box::new([Ok(chunk)].into_iter());
        }
    };
    // No rows are one chunk.
    let starts = (0..frame.len().max(1)).step_by(ROWS_PER_FRAME);
    Box::new(starts.map(move |start| {
        let part = if start == 0 { Part::First } else { Part::Later };
        let rows = frame.slice(start..(start + ROWS_PER_FRAME).min(frame.len()));
        let bytes = rows
            .to_bytes(&ref_id, format, part)
            .map_err(|error| Status::internal(error.to_string()))?;
        Ok(QueryChunkedDataResponse {
            ref_id: ref_id.clone(),
            frame_id: "0".into(),
            frame: bytes,
            status: 200,
            format: format.into(),
            ..Default::default()
        })
    }))
}

#[tonic::async_trait]
impl Diagnostics for Weather {
    async fn check_health(
        &self,
        _: Request<CheckHealthRequest>,
    ) -> Result<Response<CheckHealthResponse>, Status> {
        let count = with_database(&self.database, |database| {
            let sql = "select count(*), count(distinct location) from weather";
            database.query_row(sql, [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
            })
        });
        let (rows, places) = count.await?.map_err(internal)?;
        Ok(Response::new(CheckHealthResponse {
            status: HealthStatus::Ok.into(),
            message: format!("{rows} days of weather in {places} places"),
            json_details: json!({ "rows": rows, "places": places })
                .to_string()
                .into_bytes(),
        }))
    }

    async fn collect_metrics(
        &self,
        _: Request<CollectMetricsRequest>,
    ) -> Result<Response<CollectMetricsResponse>, Status> {
        let (ok, error) = (
            self.answered.load(Ordering::Relaxed),
            self.failed.load(Ordering::Relaxed),
        );
        let text = format!(
            "# HELP weather_queries_total Queries answered, by outcome.\n\
             # TYPE weather_queries_total counter\n\
             weather_queries_total{{outcome=\"ok\"}} {ok}\n\
             weather_queries_total{{outcome=\"error\"}} {error}\n"
        );
        Ok(Response::new(CollectMetricsResponse {
            metrics: Some(Payload {
                prometheus: text.into_bytes(),
            }),
        }))
    }
}

#[tonic::async_trait]
impl Resource for Weather {
    /// `GET columns`: the columns of the table, for a query editor.
    async fn call_resource(
        &self,
        request: Request<CallResourceRequest>,
    ) -> Result<Response<BoxStream<CallResourceResponse>>, Status> {
        let CallResourceRequest { method, path, .. } = request.into_inner();
        let (code, body) = if (method.as_str(), path.as_str()) == ("GET", "columns") {
            let columns: Vec<Json> = COLUMNS
                .iter()
                .map(|(name, kind)| json!({ "name": name, "type": kind }))
                .collect();
            (200, json!({ "columns": columns }))
        } else {
            (
                404,
                json!({ "message": format!("nothing at {method} \"{path}\": try GET \"columns\"") }),
            )
        };
        let headers = BTreeMap::from([(
            "Content-Type".into(),
            StringList {
                values: vec!["application/json".into()],
            },
        )]);
        let answer = CallResourceResponse {
            code,
            headers,
            body: body.to_string().into_bytes(),
        };
        Ok(Response::new(Box::pin(tokio_stream::once(Ok(answer)))))
    }
}

#[tonic::async_trait]
impl Stream for Weather {
    async fn subscribe_stream(
        &self,
        request: Request<SubscribeStreamRequest>,
    ) -> Result<Response<SubscribeStreamResponse>, Status> {
        let status = match self.place_of(&request.get_ref().path).await? {
            Some(_) => Subscribed::Ok,
            None => Subscribed::NotFound,
        };
        Ok(Response::new(SubscribeStreamResponse {
            status: status.into(),
            ..Default::default()
        }))
    }

    /// The streams are for reading.
    async fn publish_stream(
        &self,
        _: Request<PublishStreamRequest>,
    ) -> Result<Response<PublishStreamResponse>, Status> {
        Ok(Response::new(PublishStreamResponse {
            status: Published::PermissionDenied.into(),
            ..Default::default()
        }))
    }

    /// `replay/seattle`: the days of a place, one after the other.
    async fn run_stream(
        &self,
        request: Request<RunStreamRequest>,
    ) -> Result<Response<BoxStream<StreamPacket>>, Status> {
        let path = request.into_inner().path;
        let place = self
            .place_of(&path)
            .await?
            .ok_or_else(|| Status::not_found(format!("no stream \"{path}\"")))?;
        let asked = place.clone();
        let days = with_database(&self.database, move |database| {
            let mut statement = database
                .prepare("select date, temp_max from weather where location = ? order by date")?;
            let days = statement.query_map([asked], |row| Ok((row.get(0)?, row.get(1)?)))?;
            days.collect::<Result<Vec<(i64, Option<f64>)>, _>>()
        });
        let days = days.await?.map_err(internal)?;
        let (to_host, packets) = mpsc::channel(1);
        tokio::spawn(async move {
            for (date, temperature) in days {
                let time = Field::new("time", Values::Time(vec![Some(date)]));
                let value = Field::new("temp_max", Values::Number(vec![temperature]))
                    .with_label("location", &place);
                let data = Frame::new(vec![time, value])
                    .to_json("", Part::First)
                    .into_bytes();
                // It fails when the host has left.
                if to_host.send(Ok(StreamPacket { data })).await.is_err() {
                    return;
                }
                tokio::time::sleep(REPLAY).await;
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(packets))))
    }
}

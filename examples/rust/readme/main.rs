use std::collections::HashMap;
use std::f64::consts::TAU;
use std::process::ExitCode;
use std::sync::Arc;

use arrow_array::{Float64Array, RecordBatch, TimestampNanosecondArray};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, TimeUnit};
use grafana_plugin_protocol::v2::check_health_response::HealthStatus;
use grafana_plugin_protocol::v2::data_server::Data;
use grafana_plugin_protocol::v2::diagnostics_server::Diagnostics;
use grafana_plugin_protocol::v2::{
    CheckHealthRequest, CheckHealthResponse, DataQuery, DataResponse, QueryDataRequest, QueryDataResponse,
};
use grafana_plugin_protocol::{Plugin, V2};
use tonic::{Request, Response, Status};

/// A data source: a query is {"periodSeconds": 60}, its answer a sine over the dashboard's time range.
struct Sine;

#[tonic::async_trait]
impl Data for Sine {
    async fn query_data(&self, request: Request<QueryDataRequest>) -> Result<Response<QueryDataResponse>, Status> {
        let answers = request.into_inner().queries.into_iter().map(|query| {
            let answer = match sine(&query) {
                Ok(frame) => DataResponse { frames: vec![frame], status: 200, ..Default::default() },
                // This query fails, the others get their frames.
                Err(error) => DataResponse { error, status: 400, error_source: "downstream".into(), ..Default::default() },
            };
            (query.ref_id, answer)
        });
        Ok(Response::new(QueryDataResponse { responses: answers.collect() }))
    }
}

fn sine(query: &DataQuery) -> Result<Vec<u8>, String> {
    let model: serde_json::Value = serde_json::from_slice(&query.json).map_err(|error| error.to_string())?;
    let period_ms = 1000.0 * model["periodSeconds"].as_f64().unwrap_or(60.0);
    if period_ms <= 0.0 {
        return Err("periodSeconds must be more than 0".into());
    }
    let range = query.time_range.unwrap_or_default();
    let step = query.interval_ms.max(1) as usize;
    let times: Vec<i64> = (range.from_epoch_ms..range.to_epoch_ms).step_by(step).collect();
    let values: Vec<f64> = times.iter().map(|ms| (TAU * *ms as f64 / period_ms).sin()).collect();
    to_frame(times, values).map_err(|error| error.to_string())
}

/// A frame is an Arrow file. Its fields have their kind in the metadata, and may have labels there.
fn to_frame(times: Vec<i64>, values: Vec<f64>) -> Result<Vec<u8>, ArrowError> {
    let metadata = |pairs: &[(&str, &str)]| -> HashMap<String, String> {
        pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    };
    let schema = Arc::new(Schema::new(vec![
        Field::new("time", DataType::Timestamp(TimeUnit::Nanosecond, None), false).with_metadata(metadata(&[("tstype", "time")])),
        Field::new("value", DataType::Float64, false)
            .with_metadata(metadata(&[("tstype", "number"), ("labels", r#"{"wave":"sine"}"#)])),
    ]));
    let times = TimestampNanosecondArray::from_iter_values(times.into_iter().map(|ms| ms * 1_000_000));
    let rows = RecordBatch::try_new(schema.clone(), vec![Arc::new(times), Arc::new(Float64Array::from(values))])?;
    let mut file = FileWriter::try_new(Vec::new(), &schema)?;
    file.write(&rows)?;
    file.into_inner()
}

#[tonic::async_trait]
impl Diagnostics for Sine {
    async fn check_health(&self, _: Request<CheckHealthRequest>) -> Result<Response<CheckHealthResponse>, Status> {
        let status = HealthStatus::Ok.into();
        Ok(Response::new(CheckHealthResponse { status, message: "it works".into(), ..Default::default() }))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let sine = Arc::new(Sine);
    Plugin::new().with(V2::new().data(sine.clone()).diagnostics(sine)).serve().await
}

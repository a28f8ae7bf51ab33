//! A weather data source for hosts of both protocol majors, in one executable.

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use grafana_plugin_protocol::{Plugin, V1, V2};

mod database;
mod datasource_v1;
mod frame;
mod select;
mod weather;

#[tokio::main]
async fn main() -> ExitCode {
    let database = match database::open_weather() {
        Ok(database) => Arc::new(Mutex::new(database)),
        Err(error) => {
            eprintln!("cannot read the weather: {error}");
            return ExitCode::FAILURE;
        }
    };
    let weather = Arc::new(weather::Weather::new(database.clone()));
    Plugin::new()
        .with(
            V2::new()
                .data(weather.clone())
                .diagnostics(weather.clone())
                .resource(weather.clone())
                .stream(weather),
        )
        .with(V1::new().datasource(Arc::new(datasource_v1::Datasource { database })))
        .serve()
        .await
}

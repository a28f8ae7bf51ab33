//! Grafana's backend-plugin protocol: plugins that Grafana and Plutono start, for every protocol major.
//!
//! A plugin implements the traits of generated code for those services that it has, puts them into a major, and serves:
//!
//! ```no_run
//! use std::{process::ExitCode, sync::Arc};
//!
//! use grafana_plugin_protocol::v2::{CheckHealthRequest, CheckHealthResponse, diagnostics_server::Diagnostics};
//! use grafana_plugin_protocol::{Plugin, V2};
//! use tonic::{Request, Response, Status};
//!
//! struct Healthy;
//!
//! #[tonic::async_trait]
//! impl Diagnostics for Healthy {
//!     async fn check_health(&self, _: Request<CheckHealthRequest>) -> Result<Response<CheckHealthResponse>, Status> {
//!         Ok(Response::new(CheckHealthResponse { status: 1, message: "it works".into(), ..Default::default() }))
//!     }
//! }
//!
//! #[tokio::main]
//! async fn main() -> ExitCode {
//!     Plugin::new().with(V2::new().diagnostics(Arc::new(Healthy))).serve().await
//! }
//! ```
//!
//! A method that an implementation leaves out answers UNIMPLEMENTED, and so does a service that no implementation has.
//! prost drops fields that it does not know: a program that passes messages on loses what a newer peer added.

mod ending;
mod handshake;
mod hclog;
mod listener;
mod majors;
mod own_services;
mod plugin;
mod stdout;

pub use hclog::Hclog;
pub use majors::{Major, V1, V2};
pub use plugin::Plugin;

/// Protocol 1: messages, clients and servers of package `models`.
pub mod v1 {
    include!("generated/models.rs");
}
/// Protocol 2: messages, clients and servers of package `pluginv2`.
pub mod v2 {
    include!("generated/pluginv2.rs");
}
/// Renderer and sanitizer, which travel in protocol 2: package `pluginextensionv2`.
pub mod extensions_v2 {
    include!("generated/pluginextensionv2.rs");
}
/// Services of a coming major, which travel in protocol 2 so far: package `grafana.plugin.v3`. May change in any version.
pub mod v3 {
    include!("generated/grafana.plugin.v3.rs");
}
/// go-plugin's own services: package `plugin`. [`Plugin::serve`] has them.
pub mod go_plugin {
    include!("generated/plugin.rs");
}

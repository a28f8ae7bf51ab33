//! Serves a plugin to the host that started this process.

use std::process::ExitCode;
use std::time::Duration;

use tonic::body::Body;
use tonic::codegen::http::{HeaderValue, Response};
use tonic::service::RoutesBuilder;
use tonic::transport::Server;
use tonic::{Code, Status};
use tower::util::MapResponseLayer;

use crate::ending::{self, Ending};
use crate::handshake::{COOKIE_TEXT, choose_major, format_line, refuse_tls, variable};
use crate::listener::Listener;
use crate::own_services::add_own_services;
use crate::stdout::Stdout;
use crate::{Hclog, Major};

/// How long calls in flight may go on after the host has asked for the end.
const GRACE: Duration = Duration::from_millis(500);
/// Hosts forward headers of browsers, and hosts in Go accept as much.
const MAX_HEADER_BYTES: u32 = 1 << 20;
/// A host may leave many streams at once; the default ends the connection after 20 that were not looked at yet.
const MAX_PENDING_RESETS: usize = 10_000;

/// A plugin: the majors that it has, and how it serves them.
pub struct Plugin {
    majors: Vec<Major>,
    cookie: (String, String),
    max_receive_bytes: usize,
    is_tcp: bool,
}

impl Default for Plugin {
    fn default() -> Self {
        Plugin {
            majors: Vec::new(),
            // What hosts send for plugins of every kind.
            cookie: ("grafana_plugin_type".into(), "datasource".into()),
            max_receive_bytes: 16 << 20,
            is_tcp: false,
        }
    }
}

impl Plugin {
    pub fn new() -> Self {
        Plugin::default()
    }

    /// Adds a major: [`crate::V2`], [`crate::V1`].
    ///
    /// # Panics
    ///
    /// When the plugin has that major already.
    pub fn with(mut self, major: impl Into<Major>) -> Self {
        let major = major.into();
        let is_new = self.majors.iter().all(|each| each.version != major.version);
        assert!(is_new, "expected each major once, got {} twice: add all its services to one", major.version);
        self.majors.push(major);
        self
    }

    /// The environment variable and the value by which a host is recognised. Default Grafana's: `grafana_plugin_type`, `datasource`.
    pub fn cookie(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.cookie = (name.into(), value.into());
        self
    }

    /// The largest request in bytes. Default 16 MiB, as in Grafana's own plugins. Answers have no limit.
    pub fn max_receive_bytes(mut self, bytes: usize) -> Self {
        self.max_receive_bytes = bytes;
        self
    }

    /// Listens on a port, which every user of the machine can reach, as on systems without unix sockets. Default a unix
    /// socket that only this user may use.
    pub fn tcp(mut self) -> Self {
        self.is_tcp = true;
        self
    }

    /// Serves the highest major that the host and the plugin have in common, until the host ends the plugin.
    ///
    /// Call it last in `main` and return what it gives: it is 1 with go-plugin's text when no host started the process, and 1
    /// with one line on stderr when it cannot serve. It ends after Shutdown, SIGTERM, or the end of the host; if then a handler
    /// hangs, it ends the process. Log with the crate `log`; what is printed reaches the host as go-plugin's stdio.
    ///
    /// # Panics
    ///
    /// Without a major, and outside of a runtime of tokio with I/O and time.
    pub async fn serve(self) -> ExitCode {
        assert!(!self.majors.is_empty(), "expected a major: Plugin::new().with(V2::new())");
        let parent = ending::parent();
        if !self.is_from_host() {
            eprint!("{COOKIE_TEXT}");
            return ExitCode::FAILURE;
        }
        match self.run(parent).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(reason) => {
                eprintln!("plugin cannot start: {reason}");
                ExitCode::FAILURE
            }
        }
    }

    fn is_from_host(&self) -> bool {
        let (name, value) = (self.cookie.0.as_str(), self.cookie.1.as_str());
        let seen = variable(name);
        let renders = self.majors.iter().any(|major| major.has_v1_renderer);
        // Hosts before Grafana 7.
        let is_old = renders && (name, value) == ("grafana_plugin_type", "datasource") && seen.as_deref() == Some("renderer");
        seen.as_deref() == Some(value) || is_old
    }

    async fn run(mut self, parent: u32) -> Result<(), String> {
        let stdout = Stdout::take().map_err(|error| format!("cannot take stdout over: {error}"))?;
        if let Some(certificate) = variable("PLUGIN_CLIENT_CERT") {
            return Err(refuse_tls(&certificate));
        }
        let own: Vec<u32> = self.majors.iter().map(|major| major.version).collect();
        let version = choose_major(&own, variable("PLUGIN_PROTOCOL_VERSIONS").as_deref());
        Hclog::install();

        let ending = Ending::new();
        let mut routes = RoutesBuilder::default();
        self.majors.retain(|major| major.version == version);
        for add in self.majors.into_iter().flat_map(|major| major.services) {
            add(&mut routes, self.max_receive_bytes);
        }
        add_own_services(&mut routes, &ending, stdout.clone()).await;
        let routes = routes.routes().prepare();

        let listener = Listener::open(self.is_tcp).await?;
        let _socket = RemovedAtEnd(listener.path());
        let path = listener.path();
        ending.watch(parent, move || drop(RemovedAtEnd(path)))?;
        let (network, address) = (listener.network(), listener.address());
        stdout
            .print_line(&format_line(version, network, &address))
            .map_err(|error| format!("the host has gone before it read the handshake line: {error}"))?;
        log::info!(protocolVersion = version, network, address = address.as_str(); "plugin is served");

        let requested = ending.clone();
        let server = async move {
            let server = Server::builder()
                .layer(MapResponseLayer::new(as_grpc_says))
                .http2_max_header_list_size(MAX_HEADER_BYTES)
                .http2_max_pending_accept_reset_streams(Some(MAX_PENDING_RESETS));
            let end = async move { requested.requested().await };
            match listener {
                #[cfg(unix)]
                Listener::Unix(listener, _) => {
                    let connections = tokio_stream::wrappers::UnixListenerStream::new(listener);
                    server.serve_with_incoming_shutdown(routes, connections, end).await
                }
                Listener::Tcp(listener, _) => {
                    let connections = tonic::transport::server::TcpIncoming::from(listener).with_nodelay(Some(true));
                    server.serve_with_incoming_shutdown(routes, connections, end).await
                }
            }
        };
        let late = async {
            ending.requested().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            ended = server => ended.map_err(|error| format!("cannot serve: {error}")),
            () = late => Ok(()),
        }
    }
}

/// tonic says OUT_OF_RANGE of a request that is too large, where gRPC says RESOURCE_EXHAUSTED.
fn as_grpc_says(mut response: Response<Body>) -> Response<Body> {
    let is_too_large = Status::from_header_map(response.headers())
        .is_some_and(|status| status.code() == Code::OutOfRange && status.message().contains("decoded message length too large"));
    if is_too_large {
        response.headers_mut().insert(Status::GRPC_STATUS, HeaderValue::from(Code::ResourceExhausted as i32));
    }
    response
}

/// A file that goes when this is dropped.
struct RemovedAtEnd(Option<std::path::PathBuf>);

impl Drop for RemovedAtEnd {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = std::fs::remove_file(path);
        }
    }
}

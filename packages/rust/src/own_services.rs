//! What every plugin has beside its own services: health, and go-plugin's controller, stdio and broker.

use std::sync::atomic::Ordering;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codegen::BoxStream;
use tonic::service::RoutesBuilder;
use tonic::{Request, Response, Status, Streaming};
use tonic_health::ServingStatus;

use crate::ending::Ending;
use crate::go_plugin::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use crate::go_plugin::grpc_controller_server::{GrpcController, GrpcControllerServer};
use crate::go_plugin::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use crate::go_plugin::{ConnInfo, Empty, StdioData, stdio_data::Channel};
use crate::stdout::Stdout;

pub(crate) async fn add_own_services(routes: &mut RoutesBuilder, ending: &Ending, stdout: Stdout) {
    let (health, server) = tonic_health::server::health_reporter();
    health.set_service_status("plugin", ServingStatus::Serving).await;
    routes.add_service(server);
    routes.add_service(GrpcControllerServer::new(Controller(ending.clone())));
    routes.add_service(GrpcStdioServer::new(Stdio(stdout, ending.clone())));
    routes.add_service(GrpcBrokerServer::new(Broker(ending.clone())));
}

struct Controller(Ending);

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.request();
        Ok(Response::new(Empty {}))
    }
}

struct Stdio(Stdout, Ending);

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        let (to_host, answers) = mpsc::channel(1);
        let (stdout, ending) = (self.0.clone(), self.1.clone());
        tokio::spawn(async move {
            stdout.readers.fetch_add(1, Ordering::Relaxed);
            tokio::select! {
                () = pass_on(&stdout, &to_host) => {}
                () = to_host.closed() => {}
                () = ending.requested() => {}
            }
            stdout.readers.fetch_sub(1, Ordering::Relaxed);
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(answers))))
    }
}

async fn pass_on(stdout: &Stdout, to_host: &mpsc::Sender<Result<StdioData, Status>>) {
    let mut pieces = stdout.pieces.lock().await;
    // A place first: what is taken out is sent.
    while let Ok(place) = to_host.reserve().await {
        match pieces.recv().await {
            Some(data) => place.send(Ok(StdioData { channel: Channel::Stdout.into(), data })),
            // Where stdout is not taken over.
            None => return std::future::pending().await,
        }
    }
}

/// Idle: no contract of Grafana uses it, but hosts open its stream.
struct Broker(Ending);

#[tonic::async_trait]
impl GrpcBroker for Broker {
    async fn start_stream(&self, request: Request<Streaming<ConnInfo>>) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        let (to_host, answers) = mpsc::channel(1);
        let ending = self.0.clone();
        let mut requests = request.into_inner();
        tokio::spawn(async move {
            let drain = async { while let Ok(Some(_)) = requests.message().await {} };
            tokio::select! {
                () = drain => {}
                () = to_host.closed() => {}
                () = ending.requested() => {}
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(answers))))
    }
}

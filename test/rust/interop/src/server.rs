//! Serves the service of the cases until the process is ended.

use std::error::Error;

use tokio::net::{TcpListener, UnixListener};
use tokio_stream::wrappers::{TcpListenerStream, UnixListenerStream};
use tonic::codec::CompressionEncoding::Gzip;
use tonic::transport::Server;

use crate::echo::Echo;
use crate::service::Interop;
use crate::test_service::test_service_server::TestServiceServer;

pub async fn run(address: &str) -> Result<(), Box<dyn Error>> {
    let service = TestServiceServer::new(Interop)
        .accept_compressed(Gzip)
        .send_compressed(Gzip);
    let server = Server::builder().add_service(Echo(service));
    match address.split_once(':') {
        Some(("tcp", address)) => {
            let listener = TcpListener::bind(address).await?;
            println!("listening on tcp:{}", listener.local_addr()?);
            server
                .serve_with_incoming(TcpListenerStream::new(listener))
                .await?;
        }
        Some(("unix", path)) => {
            let listener = UnixListener::bind(path)?;
            println!("listening on {address}");
            server
                .serve_with_incoming(UnixListenerStream::new(listener))
                .await?;
        }
        _ => return Err(format!("expected tcp:HOST:PORT or unix:PATH, got {address}").into()),
    }
    Ok(())
}

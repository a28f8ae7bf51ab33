//! Runs one case against the server at an address.

use std::error::Error;

use tonic::codec::CompressionEncoding::Gzip;
use tonic::transport::{Channel, Endpoint};

use crate::cases;
use crate::test_service::test_service_client::TestServiceClient;

pub type Client = TestServiceClient<Channel>;

/// The server that a case is about.
pub struct Peer {
    endpoint: Endpoint,
    /// The client's messages are compressed, and it expects answers that are.
    pub is_compressed: bool,
}

impl Peer {
    /// A connection of its own, which is made before this resolves.
    pub async fn dial(&self) -> Result<Channel, tonic::transport::Error> {
        self.endpoint.connect().await
    }

    pub fn client(&self, channel: Channel) -> Client {
        let client = TestServiceClient::new(channel);
        if self.is_compressed {
            return client.send_compressed(Gzip).accept_compressed(Gzip);
        }
        client
    }
}

/// Ends with an error or panics when the case does not go as its description says.
pub async fn run(address: &str, case: &str, is_compressed: bool) -> Result<(), Box<dyn Error>> {
    let uri = match address.split_once(':') {
        Some(("tcp", host_and_port)) => format!("http://{host_and_port}"),
        Some(("unix", _)) => address.to_owned(),
        _ => return Err(format!("expected tcp:HOST:PORT or unix:PATH, got {address}").into()),
    };
    let endpoint = Endpoint::from_shared(uri)?;
    let peer = Peer {
        endpoint,
        is_compressed,
    };
    cases::run(case, &peer).await
}

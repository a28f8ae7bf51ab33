//! A peer of gRPC's interop tests on tonic; `../../README.md` says what it takes and prints.

mod cases;
mod client;
mod echo;
mod messages;
mod server;
mod service;

use std::env;
use std::error::Error;

/// The generated client and server.
mod test_service {
    include!(concat!(env!("OUT_DIR"), "/grpc.testing.TestService.rs"));
}

const USAGE: &str = "expected: client [--gzip] ADDRESS CASE | server ADDRESS, \
                     where ADDRESS is tcp:HOST:PORT or unix:PATH";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["client", "--gzip", address, case] => client::run(address, case, true).await,
        ["client", address, case] => client::run(address, case, false).await,
        ["server", address] => server::run(address).await,
        _ => Err(USAGE.into()),
    }
}

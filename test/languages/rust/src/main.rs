//! A plugin whose handlers do what they should not: ../../rust-serve.test.ts.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use grafana_plugin_protocol::v1::{RenderRequest, RenderResponse, renderer_server::Renderer};
use grafana_plugin_protocol::v2::{
    CallResourceRequest, CallResourceResponse, resource_server::Resource,
};
use grafana_plugin_protocol::{Plugin, V1, V2};
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

struct Odd;

#[tonic::async_trait]
impl Resource for Odd {
    async fn call_resource(
        &self,
        request: Request<CallResourceRequest>,
    ) -> Result<Response<BoxStream<CallResourceResponse>>, Status> {
        match request.get_ref().path.as_str() {
            "print" => (0..20_000).for_each(|line| println!("{line:06} {}", "x".repeat(40))),
            "panic" => panic!("no luck"),
            "log" => {
                log::warn!(refId = "A", count = 2, share = 0.5, is_it = true; "with \"fields\"\n\u{0}");
                log::error!(field = "ä".repeat(100_000).as_str(); "{}", "ä".repeat(100_000));
                log::debug!("not at this level");
                log::info!("last");
            }
            "hang" => {
                log::info!("hangs now");
                loop {
                    std::thread::sleep(Duration::from_secs(1));
                }
            }
            "exit" => std::process::exit(3),
            _ => {}
        }
        let answer = CallResourceResponse {
            code: 200,
            body: b"done".into(),
            ..Default::default()
        };
        Ok(Response::new(Box::pin(tokio_stream::once(Ok(answer)))))
    }
}

#[tonic::async_trait]
impl Renderer for Odd {
    async fn render(
        &self,
        request: Request<RenderRequest>,
    ) -> Result<Response<RenderResponse>, Status> {
        Ok(Response::new(RenderResponse {
            error: format!("rendered {}", request.get_ref().url),
        }))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let odd = Arc::new(Odd);
    let plugin = Plugin::new()
        .with(V2::new().resource(odd.clone()))
        .with(V1::new().renderer(odd));
    let argument = std::env::args().nth(1);
    let code = match argument.as_deref() {
        Some("tcp") => plugin.tcp().serve().await,
        Some("twice") => plugin.with(V2::new()).serve().await,
        Some("none") => Plugin::new().serve().await,
        _ => plugin.serve().await,
    };
    eprintln!("served");
    code
}

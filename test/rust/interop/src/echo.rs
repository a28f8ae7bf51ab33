//! What the server does with a call before the service sees it.

use std::task::{Context, Poll};

use http_body_util::BodyExt;
use tonic::body::Body;
use tonic::codegen::http::{HeaderValue, Request, Response};
use tonic::codegen::{BoxFuture, Service};
use tonic::server::NamedService;

pub const HEADER: &str = "x-grpc-test-echo-initial";
pub const TRAILER: &str = "x-grpc-test-echo-trailing-bin";

/// Sends back the metadata that `custom_metadata` wants back, which a service of tonic cannot do by
/// itself: its answers have headers, and only its errors have trailers. Prints the path of every
/// call and how its messages are encoded, and the path of every call that the client left.
#[derive(Clone)]
pub struct Echo<S>(pub S);

impl<S: NamedService> NamedService for Echo<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> Service<Request<Body>> for Echo<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<Response<Body>, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let header = request.headers().get(HEADER).cloned();
        let trailer = request.headers().get(TRAILER).cloned();
        let encoding = request.headers().get("grpc-encoding");
        let encoding = encoding.map_or("identity", |value| value.to_str().unwrap_or("?"));
        println!("called {} {encoding}", request.uri().path());
        let mut running = Running {
            path: request.uri().path().to_owned(),
            has_ended: false,
        };
        let answer = self.0.call(request);
        Box::pin(async move {
            let mut response = answer.await?;
            if let Some(value) = header {
                response.headers_mut().insert(HEADER, value);
            }
            // An error before the first message: there is no body, and so there are no trailers.
            if response.headers().contains_key("grpc-status") {
                running.end();
            }
            Ok(response.map(|body| with_trailer(body, trailer, running)))
        })
    }
}

fn with_trailer(body: Body, trailer: Option<HeaderValue>, mut running: Running) -> Body {
    Body::new(body.map_frame(move |mut frame| {
        if let Some(trailers) = frame.trailers_mut() {
            running.end();
            if let Some(value) = &trailer {
                trailers.insert(TRAILER, value.clone());
            }
        }
        frame
    }))
}

/// Dropped without an end when the client leaves the call. To a service of tonic, the requests of
/// such a call end as if the client had sent them all.
struct Running {
    path: String,
    has_ended: bool,
}

impl Running {
    fn end(&mut self) {
        self.has_ended = true;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.has_ended {
            println!("cancelled {}", self.path);
        }
    }
}

//! Where tonic's server does less than gRPC's: the deadline of a stream, the status of a request that is too large, and that
//! of a call whose handler panics.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http_body::Frame;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep, sleep_until};
use tonic::body::Body;
use tonic::codegen::http::{HeaderMap, HeaderValue, Request, Response};
use tonic::codegen::{Body as HttpBody, BoxFuture, Bytes, Service};
use tonic::{Code, Status};

#[derive(Clone)]
pub(crate) struct CallRules<S> {
    pub(crate) calls: S,
    /// Where handlers run. Not where connections do: a handler that blocks its thread must not keep the host from Shutdown.
    pub(crate) runtime: Handle,
}

impl<S> Service<Request<Body>> for CallRules<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<Response<Body>, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.calls.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let timeout = request.headers().get("grpc-timeout").and_then(|value| parse_timeout(value.to_str().ok()?));
        let end = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let handler = Handler(self.runtime.spawn(self.calls.call(request)));
        Box::pin(async move {
            let response = with_status_of_grpc(handler.await?);
            Ok(match end {
                None => response,
                Some(end) => response.map(|body| Body::new(UntilDeadline { body: Some(body), end: Box::pin(sleep_until(end)) })),
            })
        })
    }
}

/// A handler in its runtime, which ends when the host leaves the call.
struct Handler<E>(JoinHandle<Result<Response<Body>, E>>);

impl<E> Future for Handler<E> {
    type Output = Result<Response<Body>, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let joined = ready!(Pin::new(&mut self.0).poll(context));
        // The hook of Hclog has logged the panic.
        Poll::Ready(joined.unwrap_or_else(|_| Ok(Status::unknown("the handler panicked").into_http())))
    }
}

impl<E> Drop for Handler<E> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// tonic says OUT_OF_RANGE of a request that is too large, where gRPC says RESOURCE_EXHAUSTED.
fn with_status_of_grpc(mut response: Response<Body>) -> Response<Body> {
    let is_too_large = Status::from_header_map(response.headers())
        .is_some_and(|status| status.code() == Code::OutOfRange && status.message().contains("decoded message length too large"));
    if is_too_large {
        response.headers_mut().insert(Status::GRPC_STATUS, HeaderValue::from(Code::ResourceExhausted as i32));
    }
    response
}

/// At most eight digits and a unit.
fn parse_timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let amount: u64 = digits.parse().ok().filter(|_| digits.len() <= 8)?;
    match unit {
        "H" => Some(Duration::from_secs(amount * 3_600)),
        "M" => Some(Duration::from_secs(amount * 60)),
        "S" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_millis(amount)),
        "u" => Some(Duration::from_micros(amount)),
        "n" => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

/// tonic heeds the deadline until an answer begins; this does until it ends.
struct UntilDeadline {
    /// Dropped at the deadline, and with it the handler's stream.
    body: Option<Body>,
    end: Pin<Box<Sleep>>,
}

impl HttpBody for UntilDeadline {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        if let Poll::Ready(frame) = Pin::new(body).poll_frame(context) {
            let is_last = !matches!(&frame, Some(Ok(frame)) if frame.is_data());
            // A stream that always has more ends here, too.
            if is_last || self.end.as_mut().poll(context).is_pending() {
                return Poll::Ready(frame);
            }
        } else {
            ready!(self.end.as_mut().poll(context));
        }
        self.body = None;
        let mut trailers = HeaderMap::new();
        trailers.insert(Status::GRPC_STATUS, HeaderValue::from(Code::DeadlineExceeded as i32));
        trailers.insert(Status::GRPC_MESSAGE, HeaderValue::from_static("deadline exceeded"));
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(|body| body.is_end_stream())
    }
}

#[cfg(test)]
mod tests {
    use super::parse_timeout;
    use std::time::Duration;

    #[test]
    fn reads_a_timeout_in_every_unit_and_nothing_else() {
        assert_eq!(parse_timeout("500m"), Some(Duration::from_millis(500)));
        assert_eq!(parse_timeout("99999999H"), Some(Duration::from_secs(99_999_999 * 3_600)));
        for text in ["", "m", "5", "-5S", "123456789S", "5ä"] {
            assert_eq!(parse_timeout(text), None, "{text}");
        }
    }
}

//! `grpc.testing.TestService` as the descriptions of the interop cases want it of a server.

use std::pin::Pin;
use std::time::Duration;

use tokio::sync::mpsc::{Sender, channel};
use tokio::time::sleep;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt, iter};
use tonic::{Code, Request, Response, Status, Streaming, async_trait};

use crate::messages::{
    EchoStatus, Empty, ResponseParameters, SimpleRequest, SimpleResponse,
    StreamingInputCallRequest, StreamingInputCallResponse, StreamingOutputCallRequest,
    StreamingOutputCallResponse, zeros,
};
use crate::test_service::test_service_server::TestService;

type Answer = Result<StreamingOutputCallResponse, Status>;

pub struct Interop;

#[async_trait]
impl TestService for Interop {
    type StreamingOutputCallStream = Pin<Box<dyn Stream<Item = Answer> + Send>>;
    type FullDuplexCallStream = ReceiverStream<Answer>;

    async fn empty_call(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        Ok(Response::new(Empty {}))
    }

    async fn unary_call(
        &self,
        request: Request<SimpleRequest>,
    ) -> Result<Response<SimpleResponse>, Status> {
        let message = request.into_inner();
        if let Some(status) = wanted_status(message.response_status) {
            return Err(status);
        }
        let payload = zeros(message.response_size);
        Ok(Response::new(SimpleResponse { payload }))
    }

    async fn streaming_input_call(
        &self,
        request: Request<Streaming<StreamingInputCallRequest>>,
    ) -> Result<Response<StreamingInputCallResponse>, Status> {
        let mut requests = request.into_inner();
        let mut size = 0;
        while let Some(message) = requests.message().await? {
            size += message.payload.map_or(0, |payload| payload.body.len());
        }
        Ok(Response::new(StreamingInputCallResponse {
            aggregated_payload_size: i32::try_from(size).unwrap_or(i32::MAX),
        }))
    }

    async fn streaming_output_call(
        &self,
        request: Request<StreamingOutputCallRequest>,
    ) -> Result<Response<Self::StreamingOutputCallStream>, Status> {
        let wanted = iter(request.into_inner().response_parameters);
        let answers = wanted.then(|parameters| async move { Ok(answer(parameters).await) });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn full_duplex_call(
        &self,
        request: Request<Streaming<StreamingOutputCallRequest>>,
    ) -> Result<Response<Self::FullDuplexCallStream>, Status> {
        let (sender, answers) = channel(1);
        tokio::spawn(converse(request.into_inner(), sender));
        Ok(Response::new(ReceiverStream::new(answers)))
    }
}

/// Answers one request after the other, for as long as there is somebody to answer.
async fn converse(mut requests: Streaming<StreamingOutputCallRequest>, answers: Sender<Answer>) {
    while let Ok(Some(message)) = requests.message().await {
        if let Some(status) = wanted_status(message.response_status) {
            let _ = answers.send(Err(status)).await;
            return;
        }
        for parameters in message.response_parameters {
            if answers.send(Ok(answer(parameters).await)).await.is_err() {
                return;
            }
        }
    }
}

async fn answer(parameters: ResponseParameters) -> StreamingOutputCallResponse {
    if let Ok(interval @ 1..) = u64::try_from(parameters.interval_us) {
        sleep(Duration::from_micros(interval)).await;
    }
    let payload = zeros(parameters.size);
    StreamingOutputCallResponse { payload }
}

fn wanted_status(status: Option<EchoStatus>) -> Option<Status> {
    let status = status.filter(|status| status.code != 0)?;
    Some(Status::new(Code::from(status.code), status.message))
}

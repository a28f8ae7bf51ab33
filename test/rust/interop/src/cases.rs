//! The cases of a client, as gRPC's "Interoperability Test Case Descriptions" has them.

use std::error::Error;
use std::time::Duration;

use tokio::sync::mpsc::{Sender, channel};
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{empty, iter, once};
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::transport::Channel;
use tonic::{Code, Request, Status, Streaming};
use tonic_prost::ProstCodec;

use crate::client::{Client, Peer};
use crate::echo::{HEADER, TRAILER};
use crate::messages::{
    EchoStatus, Empty, Payload, ResponseParameters, SimpleRequest, StreamingInputCallRequest,
    StreamingOutputCallRequest, StreamingOutputCallResponse, zeros,
};

type Outcome = Result<(), Box<dyn Error>>;

const REQUEST_SIZES: [i32; 4] = [27_182, 8, 1828, 45_904];
const RESPONSE_SIZES: [i32; 4] = [31_415, 9, 2653, 58_979];
const LARGE_REQUEST: i32 = 271_828;
const LARGE_RESPONSE: i32 = 314_159;

pub async fn run(case: &str, peer: &Peer) -> Outcome {
    let channel = peer.dial().await?;
    let mut client = peer.client(channel.clone());
    match case {
        "empty_unary" => empty_unary(&mut client).await,
        "large_unary" => large_unary(&mut client, peer.is_compressed).await,
        "client_streaming" => client_streaming(&mut client).await,
        "server_streaming" => server_streaming(&mut client).await,
        "ping_pong" => ping_pong(&mut client).await,
        "empty_stream" => empty_stream(&mut client).await,
        "timeout_on_sleeping_server" => timeout_on_sleeping_server(&mut client).await,
        "cancel_after_begin" => cancel_after_begin(&mut client).await,
        "cancel_after_first_response" => cancel_after_first_response(&mut client).await,
        "status_code_and_message" => check_status(&mut client, "test status message").await,
        "special_status_message" => {
            let message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
            check_status(&mut client, message).await
        }
        "custom_metadata" => custom_metadata(&mut client).await,
        "unimplemented_method" => {
            unimplemented(channel, "/grpc.testing.TestService/UnimplementedCall").await
        }
        "unimplemented_service" => {
            unimplemented(
                channel,
                "/grpc.testing.UnimplementedService/UnimplementedCall",
            )
            .await
        }
        "rpc_soak" => rpc_soak(&mut client, peer.is_compressed).await,
        "channel_soak" => channel_soak(peer).await,
        _ => Err(format!("expected the name of a case, got {case}").into()),
    }
}

async fn empty_unary(client: &mut Client) -> Outcome {
    client.empty_call(Empty {}).await?;
    Ok(())
}

async fn large_unary(client: &mut Client, is_compressed: bool) -> Outcome {
    let response = client.unary_call(large_request()).await?;
    let encoding = response.metadata().get("grpc-encoding");
    assert_eq!(encoding.is_some_and(|name| name == "gzip"), is_compressed);
    assert_eq!(response.into_inner().payload, zeros(LARGE_RESPONSE));
    Ok(())
}

async fn client_streaming(client: &mut Client) -> Outcome {
    let requests = REQUEST_SIZES.map(|size| StreamingInputCallRequest {
        payload: zeros(size),
    });
    let response = client.streaming_input_call(iter(requests)).await?;
    assert_eq!(response.into_inner().aggregated_payload_size, 74_922);
    Ok(())
}

async fn server_streaming(client: &mut Client) -> Outcome {
    let request = output_request(&RESPONSE_SIZES, None);
    let mut answers = client.streaming_output_call(request).await?.into_inner();
    for size in RESPONSE_SIZES {
        expect_answer(&mut answers, size).await?;
    }
    expect_end(&mut answers).await
}

async fn ping_pong(client: &mut Client) -> Outcome {
    let (requests, mut answers) = converse(client, REQUEST_SIZES[0], RESPONSE_SIZES[0]).await?;
    expect_answer(&mut answers, RESPONSE_SIZES[0]).await?;
    for (request, response) in REQUEST_SIZES.into_iter().zip(RESPONSE_SIZES).skip(1) {
        requests
            .send(output_request(&[response], zeros(request)))
            .await?;
        expect_answer(&mut answers, response).await?;
    }
    drop(requests);
    expect_end(&mut answers).await
}

async fn empty_stream(client: &mut Client) -> Outcome {
    let mut answers = client.full_duplex_call(empty()).await?.into_inner();
    expect_end(&mut answers).await
}

async fn timeout_on_sleeping_server(client: &mut Client) -> Outcome {
    // Kept until the end, so that the requests do not end.
    let (requests, stream) = channel(1);
    requests.send(output_request(&[], zeros(27_182))).await?;
    let mut request = Request::new(ReceiverStream::new(stream));
    request.set_timeout(Duration::from_millis(1));
    let status = match client.full_duplex_call(request).await {
        Ok(response) => failure_of(response.into_inner().message().await),
        Err(status) => status,
    };
    // When tonic's own clock is the first to see the end, it calls that so.
    let is_from_tonic = status.code() == Code::Cancelled && status.message() == "Timeout expired";
    assert!(
        is_from_tonic || status.code() == Code::DeadlineExceeded,
        "{status:?}"
    );
    empty_unary(client).await
}

async fn cancel_after_begin(client: &mut Client) -> Outcome {
    let (requests, stream) = channel(1);
    let mut caller = client.clone();
    let call = tokio::spawn(async move {
        caller
            .streaming_input_call(ReceiverStream::new(stream))
            .await
    });
    // There is room for one: that the second goes in says that the first was taken. What comes after
    // the first on the same connection says, with its answer, that the server has seen the call.
    for _ in 0..2 {
        requests
            .send(StreamingInputCallRequest { payload: zeros(8) })
            .await?;
    }
    empty_unary(client).await?;
    call.abort();
    assert!(call.await.is_err_and(|error| error.is_cancelled()));
    empty_unary(client).await
}

async fn cancel_after_first_response(client: &mut Client) -> Outcome {
    let (_requests, mut answers) = converse(client, 27_182, 31_415).await?;
    expect_answer(&mut answers, 31_415).await?;
    drop(answers);
    empty_unary(client).await
}

async fn check_status(client: &mut Client, message: &str) -> Outcome {
    let wanted = Some(EchoStatus {
        code: 2,
        message: message.to_owned(),
    });
    let request = SimpleRequest {
        response_status: wanted.clone(),
        ..SimpleRequest::default()
    };
    let unary = failure_of(client.unary_call(request).await);
    let request = StreamingOutputCallRequest {
        response_status: wanted,
        ..StreamingOutputCallRequest::default()
    };
    let duplex = match client.full_duplex_call(once(request)).await {
        Ok(response) => failure_of(response.into_inner().message().await),
        Err(status) => status,
    };
    for status in [unary, duplex] {
        assert_eq!((status.code(), status.message()), (Code::Unknown, message));
    }
    Ok(())
}

async fn custom_metadata(client: &mut Client) -> Outcome {
    let response = client.unary_call(with_metadata(large_request())).await?;
    expect_header(response.metadata());
    expect_trailer(response.metadata());

    let request = output_request(&[LARGE_RESPONSE], zeros(LARGE_REQUEST));
    let response = client
        .full_duplex_call(with_metadata(once(request)))
        .await?;
    expect_header(response.metadata());
    let mut answers = response.into_inner();
    expect_answer(&mut answers, LARGE_RESPONSE).await?;
    expect_end(&mut answers).await?;
    let trailers = answers.trailers().await?;
    expect_trailer(&trailers.expect("the call has trailers"));
    Ok(())
}

async fn unimplemented(channel: Channel, path: &'static str) -> Outcome {
    let mut caller = Grpc::new(channel);
    caller.ready().await?;
    let codec = ProstCodec::<Empty, Empty>::default();
    let answer = caller.unary(
        Request::new(Empty {}),
        PathAndQuery::from_static(path),
        codec,
    );
    assert_eq!(failure_of(answer.await).code(), Code::Unimplemented);
    Ok(())
}

async fn rpc_soak(client: &mut Client, is_compressed: bool) -> Outcome {
    for _ in 0..200 {
        large_unary(client, is_compressed).await?;
    }
    Ok(())
}

async fn channel_soak(peer: &Peer) -> Outcome {
    for _ in 0..200 {
        let mut client = peer.client(peer.dial().await?);
        large_unary(&mut client, peer.is_compressed).await?;
    }
    Ok(())
}

/// Begins a conversation with a first request, which asks for one answer.
async fn converse(
    client: &mut Client,
    request_size: i32,
    response_size: i32,
) -> Result<
    (
        Sender<StreamingOutputCallRequest>,
        Streaming<StreamingOutputCallResponse>,
    ),
    Box<dyn Error>,
> {
    let (requests, stream) = channel(1);
    // Before the call, because a server may wait for it before it sends the headers that the call waits for.
    let first = output_request(&[response_size], zeros(request_size));
    requests.send(first).await?;
    let response = client.full_duplex_call(ReceiverStream::new(stream)).await?;
    Ok((requests, response.into_inner()))
}

async fn expect_answer(answers: &mut Streaming<StreamingOutputCallResponse>, size: i32) -> Outcome {
    let answer = answers.message().await?.expect("the answers go on");
    assert_eq!(answer.payload, zeros(size));
    Ok(())
}

async fn expect_end(answers: &mut Streaming<StreamingOutputCallResponse>) -> Outcome {
    assert_eq!(answers.message().await?, None);
    Ok(())
}

fn failure_of<T>(result: Result<T, Status>) -> Status {
    result.err().expect("the call fails")
}

fn large_request() -> SimpleRequest {
    SimpleRequest {
        response_size: LARGE_RESPONSE,
        payload: zeros(LARGE_REQUEST),
        response_status: None,
    }
}

fn output_request(sizes: &[i32], payload: Option<Payload>) -> StreamingOutputCallRequest {
    let parameters = sizes.iter().map(|&size| ResponseParameters {
        size,
        interval_us: 0,
    });
    StreamingOutputCallRequest {
        response_parameters: parameters.collect(),
        payload,
        response_status: None,
    }
}

fn with_metadata<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    let header = MetadataValue::from_static("test_initial_metadata_value");
    request.metadata_mut().insert(HEADER, header);
    let trailer = MetadataValue::from_bytes(&[0xab, 0xab, 0xab]);
    request.metadata_mut().insert_bin(TRAILER, trailer);
    request
}

fn expect_header(metadata: &MetadataMap) {
    let seen = metadata.get(HEADER).expect("the header comes back");
    assert_eq!(seen, "test_initial_metadata_value");
}

fn expect_trailer(metadata: &MetadataMap) {
    let seen = metadata.get_bin(TRAILER).expect("the trailer comes back");
    assert_eq!(
        seen.to_bytes().as_deref().ok(),
        Some(&[0xab, 0xab, 0xab][..])
    );
}

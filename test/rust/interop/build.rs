//! Client and server of `grpc.testing.TestService`, without proto files and so without protoc.

use tonic_build::manual::{Builder, Method, MethodBuilder, Service};

fn main() {
    let service = Service::builder()
        .package("grpc.testing")
        .name("TestService")
        .method(method("empty_call", "EmptyCall", "Empty", "Empty").build())
        .method(method("unary_call", "UnaryCall", "SimpleRequest", "SimpleResponse").build())
        .method(
            method(
                "streaming_input_call",
                "StreamingInputCall",
                "StreamingInputCallRequest",
                "StreamingInputCallResponse",
            )
            .client_streaming()
            .build(),
        )
        .method(streaming_output("streaming_output_call", "StreamingOutputCall").build())
        .method(
            streaming_output("full_duplex_call", "FullDuplexCall")
                .client_streaming()
                .build(),
        )
        .build();
    Builder::new().compile(&[service]);
    println!("cargo:rerun-if-changed=build.rs");
}

fn streaming_output(name: &str, route: &str) -> MethodBuilder {
    method(
        name,
        route,
        "StreamingOutputCallRequest",
        "StreamingOutputCallResponse",
    )
    .server_streaming()
}

fn method(name: &str, route: &str, input: &str, output: &str) -> MethodBuilder {
    Method::builder()
        .name(name)
        .route_name(route)
        .input_type(format!("crate::messages::{input}"))
        .output_type(format!("crate::messages::{output}"))
        .codec_path("tonic_prost::ProstCodec")
}

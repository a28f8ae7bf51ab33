package io.github.grafanapluginprotocol;

import io.github.grafanapluginprotocol.goplugin.Empty;
import io.github.grafanapluginprotocol.goplugin.GRPCControllerGrpc;
import io.grpc.stub.StreamObserver;

/** Lets the host end the plugin. */
final class Controller extends GRPCControllerGrpc.GRPCControllerImplBase {
  private final Ending ending;

  Controller(Ending ending) {
    this.ending = ending;
  }

  @Override
  public void shutdown(Empty request, StreamObserver<Empty> response) {
    // Before the connection ends: some hosts take the other order for a protocol error.
    response.onNext(Empty.getDefaultInstance());
    response.onCompleted();
    ending.request();
  }
}

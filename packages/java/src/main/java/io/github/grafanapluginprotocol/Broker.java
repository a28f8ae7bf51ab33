package io.github.grafanapluginprotocol;

import io.github.grafanapluginprotocol.goplugin.ConnInfo;
import io.github.grafanapluginprotocol.goplugin.GRPCBrokerGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Idle: no contract of Grafana uses it, but hosts open its stream. It ends with the plugin. */
final class Broker extends GRPCBrokerGrpc.GRPCBrokerImplBase {
  private final Ending ending;

  Broker(Ending ending) {
    this.ending = ending;
  }

  @Override
  public StreamObserver<ConnInfo> startStream(StreamObserver<ConnInfo> responses) {
    Runnable complete = once(responses);
    ending.onEnd(complete);
    ((ServerCallStreamObserver<ConnInfo>) responses).setOnCancelHandler(() -> ending.forget(complete));
    return new StreamObserver<>() {
      @Override
      public void onNext(ConnInfo info) {}

      @Override
      public void onError(Throwable error) {
        ending.forget(complete);
      }

      @Override
      public void onCompleted() {
        ending.forget(complete);
        complete.run();
      }
    };
  }

  private static Runnable once(StreamObserver<ConnInfo> responses) {
    var isDone = new java.util.concurrent.atomic.AtomicBoolean();
    return () -> {
      if (isDone.compareAndSet(false, true)) {
        responses.onCompleted();
      }
    };
  }
}

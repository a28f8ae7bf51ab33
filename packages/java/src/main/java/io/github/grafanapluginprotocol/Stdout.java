package io.github.grafanapluginprotocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.github.grafanapluginprotocol.goplugin.GRPCStdioGrpc;
import io.github.grafanapluginprotocol.goplugin.StdioData;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/**
 * Takes stdout over: what the program prints goes to go-plugin's stdio service, and the real one has the handshake line only.
 * Printing never waits for the host.
 */
final class Stdout extends GRPCStdioGrpc.GRPCStdioImplBase {
  /** What is kept of printed text that no host reads. */
  private static final int BACKLOG_BYTES = 1 << 20;

  private final ArrayDeque<ByteString> pieces = new ArrayDeque<>();
  private int size;
  private boolean hasEnded;
  private ServerCallStreamObserver<StdioData> reader;

  Stdout() {
    System.setOut(new PrintStream(new Pipe(), true, StandardCharsets.UTF_8));
  }

  /** Fails when the host does not read any more. */
  static void printLine(String line) throws IOException {
    // Not closed: the next file that is opened would get descriptor 1.
    new FileOutputStream(FileDescriptor.out).write(line.getBytes(StandardCharsets.UTF_8));
  }

  /** Ends the host's stream when everything is sent. */
  synchronized void end() {
    hasEnded = true;
    drain();
  }

  @Override
  public void streamStdio(Empty request, StreamObserver<StdioData> responses) {
    var observer = (ServerCallStreamObserver<StdioData>) responses;
    observer.setOnReadyHandler(this::drain);
    observer.setOnCancelHandler(() -> leave(observer));
    synchronized (this) {
      // Each piece goes to one reader.
      if (reader != null) {
        reader.onCompleted();
      }
      reader = observer;
    }
    drain();
  }

  private synchronized void leave(ServerCallStreamObserver<StdioData> observer) {
    reader = reader == observer ? null : reader;
  }

  private synchronized void drain() {
    while (reader != null && reader.isReady() && !pieces.isEmpty()) {
      ByteString data = pieces.remove();
      size -= data.size();
      reader.onNext(StdioData.newBuilder().setChannel(StdioData.Channel.STDOUT).setData(data).build());
    }
    if (reader != null && hasEnded) {
      reader.onCompleted();
      reader = null;
    }
  }

  private synchronized void add(ByteString data) {
    pieces.add(data);
    size += data.size();
    while (size > BACKLOG_BYTES) {
      size -= pieces.remove().size();
    }
    drain();
  }

  private final class Pipe extends OutputStream {
    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      for (int at = offset; at < offset + length; at += 1 << 15) {
        add(ByteString.copyFrom(bytes, at, Math.min(1 << 15, offset + length - at)));
      }
    }
  }
}

import com.google.protobuf.ByteString;
import io.github.grafanapluginprotocol.Plugin;
import io.github.grafanapluginprotocol.v1.RenderRequest;
import io.github.grafanapluginprotocol.v1.RenderResponse;
import io.github.grafanapluginprotocol.v1.RendererGrpc;
import io.github.grafanapluginprotocol.v2.CallResourceRequest;
import io.github.grafanapluginprotocol.v2.CallResourceResponse;
import io.github.grafanapluginprotocol.v2.ResourceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A plugin whose handlers do what handlers should not; the path of a resource says what. */
public final class OddPlugin {
  private static final Logger LOG = Logger.getLogger("odd");

  public static void main(String[] args) {
    if (List.of(args).contains("tcp")) {
      new Plugin().v2(new Odd()).with(Plugin.Options.DEFAULT.withNetwork(Plugin.Network.TCP)).serve();
    } else {
      new Plugin().v2(new Odd()).v1(new Renderer()).serve();
    }
    System.err.println("served");
  }

  private static final class Odd extends ResourceGrpc.ResourceImplBase {
    @Override
    public void callResource(CallResourceRequest request, StreamObserver<CallResourceResponse> responses) {
      switch (request.getPath()) {
        case "print" -> {
          for (int number = 0; number < 20_000; number++) {
            System.out.printf("%06d %s%n", number, "x".repeat(500));
          }
        }
        case "print-bytes" -> {
          for (int value = 0; value < 256; value++) {
            System.out.write(value);
          }
          System.out.flush();
        }
        case "throw" -> throw new IllegalArgumentException("no luck");
        case "error" -> throw new StackOverflowError("no luck");
        case "log" -> log();
        case "hang" -> sleep();
        case "thread" -> new Thread(OddPlugin::sleep).start();
        case "exit" -> System.exit(3);
        default -> {}
      }
      responses.onNext(CallResourceResponse.newBuilder().setCode(200).setBody(ByteString.copyFromUtf8("done")).build());
      responses.onCompleted();
    }
  }

  private static void log() {
    LOG.log(Level.WARNING, "with {0} and {1}", new Object[] {"text", 2});
    LOG.log(Level.INFO, "\u0001" + "ä\n\ud800".repeat(50_000));
    LOG.log(Level.INFO, null, new IllegalStateException("\u0001".repeat(100_000)));
    LOG.log(Level.FINE, "too low");
    LOG.log(Level.SEVERE, "wrong {0} {", new Object[] {});
  }

  private static void sleep() {
    try {
      Thread.sleep(3_600_000);
    } catch (InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }

  private static final class Renderer extends RendererGrpc.RendererImplBase {
    @Override
    public void render(RenderRequest request, StreamObserver<RenderResponse> response) {
      response.onNext(RenderResponse.newBuilder().setError("rendered " + request.getUrl()).build());
      response.onCompleted();
    }
  }
}

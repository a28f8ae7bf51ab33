package vectors;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.github.grafanapluginprotocol.extensionsv2.Rendererv2Proto;
import io.github.grafanapluginprotocol.extensionsv2.SanitizerProto;
import io.github.grafanapluginprotocol.goplugin.GrpcBrokerProto;
import io.github.grafanapluginprotocol.goplugin.GrpcControllerProto;
import io.github.grafanapluginprotocol.goplugin.GrpcStdioProto;
import io.github.grafanapluginprotocol.v1.DatasourceProto;
import io.github.grafanapluginprotocol.v1.RendererProto;
import io.github.grafanapluginprotocol.v2.BackendProto;
import io.github.grafanapluginprotocol.v3.AdmissionProto;
import io.github.grafanapluginprotocol.v3.CommonProto;
import io.github.grafanapluginprotocol.v3.ConversionProto;
import io.github.grafanapluginprotocol.v3.RouteProto;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The adapter of Java's protobuf: see ../../README.md. */
public final class Main {
  private static final List<FileDescriptor> FILES =
      List.of(
          DatasourceProto.getDescriptor(), RendererProto.getDescriptor(), BackendProto.getDescriptor(),
          Rendererv2Proto.getDescriptor(), SanitizerProto.getDescriptor(),
          AdmissionProto.getDescriptor(), CommonProto.getDescriptor(), ConversionProto.getDescriptor(), RouteProto.getDescriptor(),
          GrpcBrokerProto.getDescriptor(), GrpcControllerProto.getDescriptor(), GrpcStdioProto.getDescriptor());

  private final Map<String, Message> prototypes = new HashMap<>();

  private Main() throws ReflectiveOperationException {
    for (FileDescriptor file : FILES) {
      String java = file.getOptions().getJavaPackage();
      for (Descriptor type : file.getMessageTypes()) {
        add(java + "." + type.getName(), type);
      }
    }
  }

  /** The generated class of a message and of those inside it. */
  private void add(String className, Descriptor type) throws ReflectiveOperationException {
    if (type.getOptions().getMapEntry()) {
      return;
    }
    prototypes.put(type.getFullName(), (Message) Class.forName(className).getMethod("getDefaultInstance").invoke(null));
    for (Descriptor nested : type.getNestedTypes()) {
      add(className + "$" + nested.getName(), nested);
    }
  }

  public static void main(String[] args) throws Exception {
    Main adapter = new Main();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    var out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] fields = line.split("\t", -1);
      Message prototype = adapter.prototypes.get(fields[1]);
      if (prototype == null) {
        System.err.println("expected a message of the contracts, got " + fields[1]);
        System.exit(2);
      }
      out.write(fields[0] + "\t" + answer(prototype, fields[2], Base64.getDecoder().decode(fields[3])) + "\n");
    }
    out.flush();
  }

  private static String answer(Message prototype, String form, byte[] data) {
    try {
      Message message = decode(prototype, form, data);
      String json = JsonFormat.printer().print(message);
      return "ok\t" + base64(encode(message)) + "\t" + base64(json.getBytes(StandardCharsets.UTF_8));
    } catch (Exception | StackOverflowError error) {
      // Whatever the library throws is a refusal.
      return "refused\t" + error.toString().replaceAll("\\s+", " ");
    }
  }

  private static Message decode(Message prototype, String form, byte[] data) throws IOException {
    Message.Builder builder = prototype.newBuilderForType();
    if (form.equals("binary")) {
      return builder.mergeFrom(data).build();
    }
    // A new decoder refuses what is not UTF-8; a String would get U+FFFD.
    JsonFormat.parser().merge(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString(), builder);
    return builder.build();
  }

  private static byte[] encode(Message message) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    message.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }

  private static String base64(byte[] data) {
    return Base64.getEncoder().encodeToString(data);
  }
}

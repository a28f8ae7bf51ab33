package io.github.grafanapluginprotocol;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;

/**
 * go-plugin's AutoMTLS by the JDK's own TLS, which also has the curve P-521 of hosts in Go.
 *
 * @param context trusts only the host
 * @param certificate the plugin's own, in DER
 */
record Tls(SslContext context, byte[] certificate) {
  /**
   * Answers a host that asks for TLS.
   *
   * @param clientCertificates PLUGIN_CLIENT_CERT
   * @return null when the host asks for none
   * @throws StartException for certificates that are none: a plugin that was asked for TLS must not serve without
   */
  static Tls answer(String clientCertificates) throws StartException {
    if (clientCertificates.isEmpty()) {
      return null;
    }
    X509Certificate[] trusted = read(clientCertificates);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      X509Certificate own = SelfSigned.make(keys);
      SslContextBuilder builder =
          SslContextBuilder.forServer(keys.getPrivate(), own).trustManager(trusted).clientAuth(ClientAuth.REQUIRE);
      return new Tls(GrpcSslContexts.configure(builder, SslProvider.JDK).build(), own.getEncoded());
    } catch (GeneralSecurityException | IOException error) {
      throw new StartException("cannot do the TLS that the host asks for (PLUGIN_CLIENT_CERT): " + error, error);
    }
  }

  private static X509Certificate[] read(String pem) throws StartException {
    try (var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8))) {
      var found = CertificateFactory.getInstance("X.509").generateCertificates(bytes);
      if (!found.isEmpty()) {
        return found.toArray(new X509Certificate[0]);
      }
      throw new CertificateException("there is none");
    } catch (CertificateException | IOException error) {
      throw new StartException("expected a certificate in PEM in PLUGIN_CLIENT_CERT: " + error.getMessage(), error);
    }
  }
}

package io.github.grafanapluginprotocol;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;

/** A certificate for one start, as go-plugin makes them. Java reads certificates, but has no public API to make one. */
final class SelfSigned {
  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int VERSION = 0xa0;
  private static final int EXTENSIONS = 0xa3;
  private static final int DNS_NAME = 0x82;

  private static final byte[] TRUE = der(BOOLEAN, new byte[] {(byte) 0xff});
  private static final byte[] ECDSA_WITH_SHA256 = der(SEQUENCE, oid("2a8648ce3d040302"));

  private SelfSigned() {}

  /** Self-signed by a key of P-256, for localhost, valid for 30 years. */
  static X509Certificate make(KeyPair keys) throws GeneralSecurityException {
    Instant now = Instant.now();
    byte[] name = der(SEQUENCE, attribute("550403", "localhost"), attribute("55040a", "HashiCorp"));
    byte[] content =
        der(
            SEQUENCE,
            der(VERSION, der(INTEGER, new byte[] {2})),
            der(INTEGER, new BigInteger(127, new SecureRandom()).add(BigInteger.ONE).toByteArray()),
            ECDSA_WITH_SHA256,
            name,
            der(SEQUENCE, time(now.minusSeconds(30)), time(now.plus(262_980, ChronoUnit.HOURS))),
            name,
            keys.getPublic().getEncoded(),
            der(
                EXTENSIONS,
                der(
                    SEQUENCE,
                    // Go refuses a certificate that has its name in the subject only.
                    der(SEQUENCE, oid("551d11"), der(OCTET_STRING, der(SEQUENCE, der(DNS_NAME, ascii("localhost"))))),
                    der(SEQUENCE, oid("551d13"), TRUE, der(OCTET_STRING, der(SEQUENCE, TRUE))))));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(content);
    byte[] certificate = der(SEQUENCE, content, ECDSA_WITH_SHA256, der(BIT_STRING, new byte[1], signature.sign()));
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
  }

  private static byte[] attribute(String oid, String value) {
    return der(SET, der(SEQUENCE, oid(oid), der(UTF8_STRING, ascii(value))));
  }

  /** Two digits of the year up to 2049, four from then on: RFC 5280 §4.1.2.5. */
  private static byte[] time(Instant instant) {
    boolean isShort = instant.atOffset(ZoneOffset.UTC).getYear() < 2050;
    String pattern = isShort ? "uuMMddHHmmss'Z'" : "uuuuMMddHHmmss'Z'";
    String text = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC).format(instant);
    return der(isShort ? UTC_TIME : GENERALIZED_TIME, ascii(text));
  }

  private static byte[] oid(String hex) {
    return der(0x06, HexFormat.of().parseHex(hex));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A tag, a length and the contents, one after the other. */
  private static byte[] der(int tag, byte[]... contents) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] each : contents) {
      content.writeBytes(each);
    }
    int length = content.size();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    if (length >= 0x80) {
      byte[] digits = BigInteger.valueOf(length).toByteArray();
      int skip = digits[0] == 0 ? 1 : 0;
      whole.write(0x80 | (digits.length - skip));
      whole.write(digits, skip, digits.length - skip);
    } else {
      whole.write(length);
    }
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }
}

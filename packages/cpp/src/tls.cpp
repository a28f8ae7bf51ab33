#include "tls.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "start_error.h"

namespace grafana_plugin_protocol {
namespace {

/// The object identifier of P-521 in DER.
constexpr char kP521[] = "\x06\x05\x2b\x81\x04\x00\x23";
/// As long as go-plugin's: about 30 years.
constexpr long kSecondsValid = 262'980L * 3600;

template <typename T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

void free_bio(BIO* bio) { BIO_free(bio); }
void free_extension(X509_EXTENSION* extension) { X509_EXTENSION_free(extension); }

template <typename T>
T* expect(T* made) {
  if (made == nullptr) throw StartError("cannot make a certificate for the host's TLS (PLUGIN_CLIENT_CERT)");
  return made;
}

void expect(bool is_done) { expect(is_done ? &is_done : nullptr); }

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(length)};
}

std::string der_of(X509* certificate) {
  const Owned<BIO> bio(expect(BIO_new(BIO_s_mem())), free_bio);
  expect(i2d_X509_bio(bio.get(), certificate) == 1);
  return text_of(bio.get());
}

EVP_PKEY* make_key() {
  const Owned<EVP_PKEY_CTX> context(expect(EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr)), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  expect(EVP_PKEY_keygen_init(context.get()) == 1);
  expect(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context.get(), NID_X9_62_prime256v1) == 1);
  expect(EVP_PKEY_keygen(context.get(), &key) == 1);
  return expect(key);
}

void add_extension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(expect(X509V3_EXT_conf_nid(nullptr, &context, kind, value)), free_extension);
  expect(X509_add_ext(certificate, extension.get(), -1) == 1);
}

void add_name(X509_NAME* name, const char* field, const char* value) {
  expect(X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC, reinterpret_cast<const unsigned char*>(value), -1, -1, 0) == 1);
}

/// Self-signed, for localhost, as go-plugin's; of P-256, which every TLS library has.
X509* make_certificate(EVP_PKEY* key) {
  Owned<X509> certificate(expect(X509_new()), X509_free);
  X509* made = certificate.get();
  expect(X509_set_version(made, 2) == 1);
  unsigned char serial[8];
  expect(RAND_bytes(serial, sizeof serial) == 1);
  std::uint64_t number = 1;
  for (const unsigned char each : serial) number = number << 8 | each;
  expect(ASN1_INTEGER_set_uint64(X509_get_serialNumber(made), number >> 1) == 1);
  expect(X509_gmtime_adj(X509_getm_notBefore(made), -30));
  expect(X509_gmtime_adj(X509_getm_notAfter(made), kSecondsValid));
  expect(X509_set_pubkey(made, key) == 1);
  X509_NAME* name = X509_get_subject_name(made);
  add_name(name, "CN", "localhost");
  add_name(name, "O", "HashiCorp");
  expect(X509_set_issuer_name(made, name) == 1);
  // Go refuses a certificate that has its name in the subject only.
  add_extension(made, NID_subject_alt_name, "DNS:localhost");
  add_extension(made, NID_basic_constraints, "critical,CA:TRUE");
  expect(X509_sign(made, key, EVP_sha256()) > 0);
  return certificate.release();
}

std::string base64(const std::string& data) {
  std::string text(4 * ((data.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(data.data()), static_cast<int>(data.size()));
  text.resize(static_cast<std::size_t>(length));
  // Go refuses padding.
  while (!text.empty() && text.back() == '=') text.pop_back();
  return text;
}

}  // namespace

Tls answer_tls(const std::string& client_certificate) {
  const Owned<BIO> pem(BIO_new_mem_buf(client_certificate.data(), static_cast<int>(client_certificate.size())), free_bio);
  const Owned<X509> client(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr), X509_free);
  if (client == nullptr) throw StartError("expected a certificate in PEM in PLUGIN_CLIENT_CERT, for the host's TLS");
#ifdef OPENSSL_IS_BORINGSSL
  if (der_of(client.get()).find(std::string(kP521, sizeof kP521 - 1)) != std::string::npos) {
    throw StartError(
        "the host asks for TLS with a P-521 certificate (PLUGIN_CLIENT_CERT), which BoringSSL cannot do: turn AutoMTLS off in "
        "the host, or build gRPC with OpenSSL");
  }
#else
  static_cast<void>(kP521);
#endif
  const Owned<EVP_PKEY> key(make_key(), EVP_PKEY_free);
  const Owned<X509> certificate(make_certificate(key.get()), X509_free);
  const Owned<BIO> key_pem(expect(BIO_new(BIO_s_mem())), free_bio);
  const Owned<BIO> certificate_pem(expect(BIO_new(BIO_s_mem())), free_bio);
  expect(PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  expect(PEM_write_bio_X509(certificate_pem.get(), certificate.get()) == 1);

  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = client_certificate;
  options.pem_key_cert_pairs.push_back({text_of(key_pem.get()), text_of(certificate_pem.get())});
  return {grpc::SslServerCredentials(options), base64(der_of(certificate.get()))};
}

}  // namespace grafana_plugin_protocol

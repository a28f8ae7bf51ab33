/// A plugin whose handlers do what handlers should not; the path of a resource says what. An argument says how it is served.
#include <grafana_plugin_protocol/contracts.h>
#include <grafana_plugin_protocol/log.h>
#include <grafana_plugin_protocol/serve.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>

namespace gpp = grafana_plugin_protocol;

class Odd final : public gpp::v2::Resource::Service {
  grpc::Status CallResource(grpc::ServerContext*, const gpp::v2::CallResourceRequest* request,
                            grpc::ServerWriter<gpp::v2::CallResourceResponse>* writer) override {
    const std::string& path = request->path();
    if (path == "print") {
      const std::string text(500, 'x');
      for (int number = 0; number < 20'000; ++number) std::printf("%06d %s\n", number, text.c_str());
    } else if (path == "throw") {
      throw std::runtime_error("no luck");
    } else if (path == "log") {
      gpp::log(gpp::Level::warn, "with \"fields\"\n", {{"refId", "A"}, {"@level", "x"}, {"control", std::string("\0\x1f", 2)}});
      gpp::log(gpp::Level::info, std::string(100'000, 'x'), {{"field", std::string(100'000, 'y')}});
      gpp::log(gpp::Level::debug, "last");
    } else if (path == "hang") {
      gpp::log(gpp::Level::info, "hangs now");
      for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
    }
    gpp::v2::CallResourceResponse response;
    response.set_code(200);
    response.set_body("done");
    writer->Write(response);
    return grpc::Status::OK;
  }
};

class Renderer final : public gpp::v1::Renderer::Service {
  grpc::Status Render(grpc::ServerContext*, const gpp::v1::RenderRequest* request, gpp::v1::RenderResponse* response) override {
    response->set_error("rendered " + request->url());
    return grpc::Status::OK;
  }
};

int main(int, char** arguments) {
  const std::string how = arguments[1] == nullptr ? "" : arguments[1];
  Odd odd;
  Renderer renderer;
  gpp::ServeOptions options;
  if (how == "tcp") options.network = gpp::Network::tcp;
  try {
    if (how == "none") return gpp::serve({});
    if (how == "null") return gpp::serve({{2, {nullptr}}});
    if (how == "twice") return gpp::serve({{2, {&odd}}, {2, {}}});
    if (how == "v1 in 2") return gpp::serve({{2, {&renderer}}});
    if (how == "v2 in 1") return gpp::serve({{1, {&odd}}});
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 3;
  }
  const int code = gpp::serve({{2, {&odd}}, {1, {&renderer}}}, options);
  if (code == 0) std::fputs("served\n", stderr);
  return code;
}

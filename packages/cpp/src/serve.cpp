#include <fcntl.h>
#include <grafana_plugin_protocol/contracts.h>
#include <grafana_plugin_protocol/log.h>
#include <grafana_plugin_protocol/serve.h>
#include <grpc/support/log.h>
#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/version_info.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <set>
#include <thread>

#include "handshake.h"
#include "services.h"
#include "socket.h"
#include "start_error.h"
#include "stdout.h"
#include "tls.h"

namespace grafana_plugin_protocol {
namespace {

/// The same text as go-plugin's.
constexpr char kCookieText[] =
    "This binary is a plugin. These are not meant to be executed directly.\n"
    "Please execute the program that consumes these plugins, which will\n"
    "load any plugins automatically\n";

/// How long calls in flight may go on after the host has asked for the end.
constexpr auto kGrace = std::chrono::milliseconds(500);
/// A host kills two seconds after Shutdown.
constexpr auto kEnd = std::chrono::milliseconds(1500);
/// Between two looks at the parent: POSIX has no event for its end.
constexpr int kLookMilliseconds = 500;

/// The end of the pipe that a signal handler may write to; -1 before serve().
volatile std::sig_atomic_t end_pipe = -1;

void request_end() {
  const char byte = 0;
  if (write(end_pipe, &byte, 1) < 0) return;  // It is full: the end was asked for.
}

void on_sigterm(int) { request_end(); }

void set_signals() {
  // Ctrl-C in the host's terminal reaches the plugin too; the host is to end it.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  struct sigaction action{};
  action.sa_handler = on_sigterm;
  action.sa_flags = SA_RESTART;
  sigaction(SIGTERM, &action, nullptr);
}

/// Until SIGTERM, Shutdown, or the end of the host.
void wait_for_end(int reader, pid_t parent) {
  pollfd asked{reader, POLLIN, 0};
  while (poll(&asked, 1, kLookMilliseconds) <= 0 && getppid() == parent) {
  }
}

bool is_v1(grpc::Service* service) {
  return dynamic_cast<v1::DatasourcePlugin::Service*>(service) != nullptr ||
         dynamic_cast<v1::Renderer::Service*>(service) != nullptr;
}

void expect_valid(const std::vector<Implementation>& implementations) {
  if (implementations.empty()) throw std::invalid_argument("expected at least one implementation: serve({{2, {&data}}})");
  std::set<int> seen;
  for (const auto& [major, services] : implementations) {
    const std::string name = std::to_string(major);
    if (!seen.insert(major).second) throw std::invalid_argument("expected major " + name + " once: list all its services there");
    for (auto* service : services) {
      if (service == nullptr) throw std::invalid_argument("expected services in major " + name + ", got a null pointer");
      if (is_v1(service) != (major == 1)) {
        throw std::invalid_argument("got a service of another major in major " + name + ": v1 belongs to 1, all others to 2");
      }
    }
  }
}

bool is_from_host(const std::vector<Implementation>& implementations, const ServeOptions& options) {
  const std::string seen = environment(options.cookie_key.c_str());
  if (seen.empty()) return false;
  if (seen == options.cookie_value) return true;
  // Hosts before Grafana 7 send another value to a renderer.
  if (seen != "renderer" || options.cookie_value != ServeOptions{}.cookie_value) return false;
  return std::any_of(implementations.begin(), implementations.end(), [](const Implementation& each) {
    return std::any_of(each.services.begin(), each.services.end(),
                       [](grpc::Service* service) { return dynamic_cast<v1::Renderer::Service*>(service) != nullptr; });
  });
}

/// gRPC's own lines, once the plugin is served: why it cannot be is one line of ours. Newer versions log by Abseil, to stderr
/// as well, which hosts read as level debug.
void log_grpc_to_host([[maybe_unused]] bool is_served) {
#if GRPC_CPP_VERSION_MAJOR == 1 && GRPC_CPP_VERSION_MINOR < 65
  const auto write = [](gpr_log_func_args* line) {
    log(line->severity == GPR_LOG_SEVERITY_ERROR ? Level::warn : Level::debug, line->message, {{"source", "grpc"}});
  };
  gpr_set_log_function(is_served ? gpr_log_func(write) : [](gpr_log_func_args*) {});
#endif
}

/// One run of a plugin: what its parts share.
class Plugin {
 public:
  Plugin(const std::vector<grpc::Service*>& services, const ServeOptions& options)
      : options_(options), stdio_(out_), controller_(request_end), services_(services) {
    services_.insert(services_.end(), {&stdio_, &controller_, &broker_});
    const std::string certificate = environment("PLUGIN_CLIENT_CERT");
    if (!certificate.empty()) tls_ = answer_tls(certificate);
  }
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  ~Plugin() { remove_socket(); }

  void run(int major, int end_reader, pid_t parent) {
    const auto [network, address] = listen();
    log_grpc_to_host(true);
    server_->GetHealthCheckService()->SetServingStatus("plugin", true);
    out_.print_line(handshake_line(major, network, address, tls_.certificate));
    log(Level::info, "plugin is served",
        {{"protocolVersion", std::to_string(major)}, {"network", network}, {"address", address}});
    wait_for_end(end_reader, parent);
    // A handler that hangs would keep the process for ever.
    std::thread([path = path_] {
      std::this_thread::sleep_for(kEnd);
      if (!path.empty()) unlink(path.c_str());
      _exit(0);
    }).detach();
    server_->Shutdown(std::chrono::system_clock::now() + kGrace);
  }

 private:
  std::pair<std::string, std::string> listen() {
    if (options_.network == Network::unix_socket) {
      const std::string path = socket_path();
      // The mode is right from the first moment on.
      const mode_t before = umask(0177);
      int bound = 0;
      server_ = bind(socket_uri(path), &bound);
      umask(before);
      if (server_ == nullptr) throw StartError("cannot listen at \"" + path + "\": set PLUGIN_UNIX_SOCKET_DIR to another directory");
      path_ = path;
      share_with_group(path);
      return {"unix", path};
    }
    const auto [first, last] = port_range();
    for (int port = first; port <= last; ++port) {
      int bound = 0;
      server_ = bind("127.0.0.1:" + std::to_string(port), &bound);
      if (server_ != nullptr) return {"tcp", "127.0.0.1:" + std::to_string(bound)};
    }
    throw StartError("every port from " + std::to_string(first) + " to " + std::to_string(last) +
                     " is in use: check PLUGIN_MIN_PORT and PLUGIN_MAX_PORT");
  }

  std::unique_ptr<grpc::Server> bind(const std::string& address, int* bound) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, tls_.credentials ? tls_.credentials : grpc::InsecureServerCredentials(), bound);
    builder.SetMaxReceiveMessageSize(options_.max_receive_bytes);
    builder.SetMaxSendMessageSize(-1);
    // Hosts in Go accept as much, and forward headers of browsers.
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 1 << 20);
    builder.AddChannelArgument("grpc.absolute_max_metadata_size", 1 << 20);
    // Hosts in Go ping to measure the connection.
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    for (auto* service : services_) builder.RegisterService(service);
    return builder.BuildAndStart();
  }

  void remove_socket() const {
    if (!path_.empty()) unlink(path_.c_str());
  }

  ServeOptions options_;
  Stdout out_;
  Stdio stdio_;
  Controller controller_;
  Broker broker_;
  std::vector<grpc::Service*> services_;
  Tls tls_;
  std::string path_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

int serve(const std::vector<Implementation>& implementations, const ServeOptions& options) {
  expect_valid(implementations);
  const pid_t parent = getppid();
  if (!is_from_host(implementations, options)) {
    std::fputs(kCookieText, stderr);
    return 1;
  }
  try {
    int ends[2];
    if (pipe(ends) != 0) throw StartError("cannot make a pipe");
    for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    end_pipe = ends[1];
    set_signals();
    log_grpc_to_host(false);
    grpc::EnableDefaultHealthCheckService(true);

    std::vector<int> majors;
    for (const auto& each : implementations) majors.push_back(each.major);
    const int major = choose_major(majors, parse_versions(environment("PLUGIN_PROTOCOL_VERSIONS")));
    const auto chosen = std::find_if(implementations.begin(), implementations.end(),
                                     [&](const Implementation& each) { return each.major == major; });
    Plugin(chosen->services, options).run(major, ends[0], parent);
    return 0;
  } catch (const StartError& error) {
    std::fprintf(stderr, "plugin cannot start: %s\n", error.what());
    return 1;
  }
}

}  // namespace grafana_plugin_protocol

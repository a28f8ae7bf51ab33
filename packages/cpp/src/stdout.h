#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

namespace grafana_plugin_protocol {

/// Takes stdout over: what the program prints goes to go-plugin's stdio service, and the real one has the handshake line only.
///
/// A thread reads the pipe, so that a program that prints much does not wait for the host.
class Stdout {
 public:
  /// @throws StartError without file descriptors
  Stdout();
  /// @throws StartError when the host does not read any more
  void print_line(const std::string& line) const;
  /// The next piece that was printed; empty after a moment without one.
  std::string next();

 private:
  /// Outlives this object: the thread never ends.
  struct Printed {
    std::mutex lock;
    std::condition_variable is_there;
    std::deque<std::string> pieces;
    std::size_t size = 0;
  };

  int real_;
  std::shared_ptr<Printed> printed_ = std::make_shared<Printed>();
};

}  // namespace grafana_plugin_protocol

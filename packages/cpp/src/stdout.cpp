#include "stdout.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>

#include "start_error.h"

namespace grafana_plugin_protocol {
namespace {

/// What is kept of printed text that no host reads, in bytes.
constexpr std::size_t kBacklog = 1 << 20;
/// go-plugin's own pieces are as large.
constexpr std::size_t kPiece = 1024;
constexpr auto kMoment = std::chrono::milliseconds(250);

}  // namespace

Stdout::Stdout() : real_(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)) {
  int ends[2];
  if (real_ < 0 || pipe(ends) != 0) {
    throw StartError(std::string("cannot take over stdout: ") + std::strerror(errno));
  }
  std::fflush(stdout);
  dup2(ends[1], STDOUT_FILENO);
  close(ends[1]);
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  // Lines, not blocks: the host is to see them when they are printed.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  std::thread([printed = printed_, reader = ends[0]] {
    char piece[kPiece];
    for (;;) {
      const auto length = read(reader, piece, sizeof piece);
      if (length < 0 && errno == EINTR) continue;
      if (length <= 0) return;
      const std::lock_guard<std::mutex> lock(printed->lock);
      printed->pieces.emplace_back(piece, static_cast<std::size_t>(length));
      printed->size += static_cast<std::size_t>(length);
      while (printed->size > kBacklog) {
        printed->size -= printed->pieces.front().size();
        printed->pieces.pop_front();
      }
      printed->is_there.notify_one();
    }
  }).detach();
}

void Stdout::print_line(const std::string& line) const {
  // A line is shorter than what a pipe takes at once.
  if (write(real_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    throw StartError(std::string("the host has gone before it read the handshake line: ") + std::strerror(errno));
  }
}

std::string Stdout::next() {
  std::unique_lock<std::mutex> lock(printed_->lock);
  printed_->is_there.wait_for(lock, kMoment, [&] { return !printed_->pieces.empty(); });
  if (printed_->pieces.empty()) return "";
  std::string piece = std::move(printed_->pieces.front());
  printed_->pieces.pop_front();
  printed_->size -= piece.size();
  return piece;
}

}  // namespace grafana_plugin_protocol

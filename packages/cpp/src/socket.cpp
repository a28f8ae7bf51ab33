#include "socket.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>

#include "handshake.h"
#include "start_error.h"

namespace grafana_plugin_protocol {
namespace {

/// Bytes of the longest path of a unix socket on every system that has them.
constexpr std::size_t kMaxPath = 103;

bool is_number(const std::string& text) {
  return !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::string socket_path() {
  const std::string named = environment("PLUGIN_UNIX_SOCKET_DIR");
  const std::string temporary = environment("TMPDIR");
  const std::string folder = !named.empty() ? named : !temporary.empty() ? temporary : "/tmp";
  const std::string source = !named.empty() ? "PLUGIN_UNIX_SOCKET_DIR" : "TMPDIR";
  struct stat info{};
  if (stat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || access(folder.c_str(), W_OK | X_OK) != 0) {
    throw StartError("expected a directory to make a socket in, got \"" + folder + "\": check " + source);
  }
  std::random_device random;
  char name[32];
  std::snprintf(name, sizeof name, "/plugin%08x%08x", random(), random());
  if (folder.size() + std::strlen(name) > kMaxPath || folder.find('|') != std::string::npos) {
    throw StartError("a socket in \"" + folder + "\" has a path that is too long or has a \"|\": set PLUGIN_UNIX_SOCKET_DIR");
  }
  return folder + name;
}

std::string socket_uri(const std::string& path) {
  std::string uri = "unix:";
  for (const char each : path) {
    if (std::isalnum(static_cast<unsigned char>(each)) != 0 || std::strchr("/-._~", each) != nullptr) {
      uri += each;
    } else {
      char escape[4];
      std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned char>(each));
      uri += escape;
    }
  }
  return uri;
}

void share_with_group(const std::string& path) {
  const std::string name = environment("PLUGIN_UNIX_SOCKET_GROUP");
  if (name.empty()) return;
  const auto refuse = [&](const std::string& reason) {
    unlink(path.c_str());
    throw StartError("cannot give the socket to the group \"" + name + "\" (PLUGIN_UNIX_SOCKET_GROUP): " + reason);
  };
  gid_t group = 0;
  if (is_number(name)) {
    group = static_cast<gid_t>(std::stoul(name));
  } else if (const auto* found = getgrnam(name.c_str())) {
    group = found->gr_gid;
  } else {
    refuse("there is no such group");
  }
  if (chown(path.c_str(), static_cast<uid_t>(-1), group) != 0 || chmod(path.c_str(), 0660) != 0) refuse(std::strerror(errno));
}

std::pair<int, int> port_range() {
  const auto port = [](const char* name) {
    const std::string text = environment(name);
    if (text.empty()) return 0;
    if (!is_number(text) || std::stoi(text) > 65'535) {
      throw StartError(std::string("expected a port in ") + name + ", got \"" + text + "\"");
    }
    return std::stoi(text);
  };
  return {port("PLUGIN_MIN_PORT"), port("PLUGIN_MAX_PORT")};
}

}  // namespace grafana_plugin_protocol

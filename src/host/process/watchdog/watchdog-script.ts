import { unixSocketDirName } from "../../../go-plugin/handshake/environment.ts";
import { ownSocketGlob } from "../../../go-plugin/socket/own-directory.ts";

/**
 * The program of the shell that ends the plugins of a killed host. It reads lines until the pipe breaks, which happens
 * when the host is gone for any reason:
 *
 *     directory <plugin> <path>    socket <plugin> <path>    group <plugin> <id>    unwatch <plugin>    release <plugin>
 *
 * A plugin is a small number that the host chooses and uses again after `release`. An incomplete last line is ignored.
 *
 * Paths arrive with octal digits for every character that could have a meaning for the shell, and are decoded only when
 * the host is gone: the shell starts a process for each. The full stop keeps line feeds at the end, which the shell
 * would drop.
 *
 * A host that is killed right after it started a plugin cannot pass on its group. The pipe breaks when the plugin's
 * executable runs, not before, so the plugin is then in /proc with a variable that only it has. (A line feed in its
 * value would make two patterns for grep, and the second one might match any process.)
 *
 * Processes are killed before files are removed, and may still finish a system call, such as making a file where the
 * shell removes them: hence the second `rm`. The directory of a socket (own-directory.ts) is removed with the socket if
 * nothing else is in it.
 */
export const watchdogScript: string = `
last=-1
while read -r word plugin value; do
  case $word in
    directory) eval "directory_$plugin=\\$value hunts_$plugin=yes" ;;
    socket | group) eval "\${word}_$plugin=\\$value" ;;
    unwatch) eval "group_$plugin= hunts_$plugin=" ;;
    release) unset "directory_$plugin" "socket_$plugin" "group_$plugin" "hunts_$plugin" ;;
  esac
  if [ "$plugin" -gt "$last" ]; then last=$plugin; fi
done

decode() {
  value=$(printf '%b.' "$1")
  value=\${value%.}
}

set --
plugin=0
while [ "$plugin" -le "$last" ]; do
  eval "group=\\$group_$plugin"
  if [ -n "$group" ]; then set -- "$@" "-$group"; fi
  plugin=$((plugin + 1))
done
if [ $# -gt 0 ]; then kill -KILL "$@"; fi

set --
plugin=0
while [ "$plugin" -le "$last" ]; do
  eval "directory=\\$directory_$plugin group=\\$group_$plugin hunts=\\$hunts_$plugin"
  if [ -n "$hunts" ] && [ -z "$group" ]; then
    decode "$directory"
    case $value in
      *"
"*) ;;
      /*) set -- "$@" -e "${unixSocketDirName}=$value" ;;
    esac
  fi
  plugin=$((plugin + 1))
done
if [ $# -gt 0 ]; then
  for file in $(grep -lsF "$@" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    kill -KILL -"\${pid%/environ}"
  done
fi

set --
plugin=0
while [ "$plugin" -le "$last" ]; do
  eval "directory=\\$directory_$plugin socket=\\$socket_$plugin"
  decode "$socket"
  case $value in
    /*)
      if [ -S "$value" ]; then
        rm -f -- "$value"
        case $value in
          */${ownSocketGlob}) rmdir -- "\${value%/*}" ;;
        esac
      fi
      ;;
  esac
  decode "$directory"
  case $value in
    /*) set -- "$@" "$value" ;;
  esac
  plugin=$((plugin + 1))
done
if [ $# -gt 0 ]; then rm -rf -- "$@" || { sleep 1; rm -rf -- "$@"; }; fi
`;

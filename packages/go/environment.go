package gpp

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/hashicorp/go-plugin"
)

const (
	envVersions    = "PLUGIN_PROTOCOL_VERSIONS"
	envMultiplex   = "PLUGIN_MULTIPLEX_GRPC"
	envCertificate = "PLUGIN_CLIENT_CERT"
	// The longest path of a unix socket that every system takes, without its final zero.
	maxSocketPath = 103
	// As os.CreateTemp makes it.
	longestSocketName = "plugin4294967295"
)

// checkEnvironment finds what go-plugin would not report in one line, or not with an exit code, or not without leaving a
// socket.
func checkEnvironment(majors []Major) error {
	if len(majors) == 0 {
		return errors.New("expected at least one protocol major to serve, got none: pass gpp.V2{…} to gpp.Serve")
	}
	if os.Getenv(handshake.MagicCookieKey) != handshake.MagicCookieValue {
		return nil // go-plugin says it in its own words.
	}
	return errors.Join(checkSocketFolder(), checkCertificate())
}

func checkSocketFolder() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder := os.Getenv(plugin.EnvUnixSocketDir)
	if folder == "" {
		folder = os.TempDir()
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("cannot listen: expected a directory for the socket at %q: create it, or set %s to another one",
			folder, plugin.EnvUnixSocketDir)
	}
	if path := filepath.Join(folder, longestSocketName); len(path) > maxSocketPath {
		return fmt.Errorf("cannot listen: a socket in %q has a path of %d bytes, expected at most %d: set %s to a shorter one",
			folder, len(path), maxSocketPath, plugin.EnvUnixSocketDir)
	}
	group := os.Getenv(plugin.EnvUnixSocketGroup)
	if _, err := strconv.Atoi(group); group == "" || err == nil {
		return nil
	}
	if _, err := user.LookupGroup(group); err != nil {
		return fmt.Errorf("cannot give the socket to the group %q: %w: create it, or set %s to another one",
			group, err, plugin.EnvUnixSocketGroup)
	}
	return nil
}

func checkCertificate() error {
	text := os.Getenv(envCertificate)
	if text == "" {
		return nil
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		// It may be a key by mistake: it is not shown.
		return fmt.Errorf("expected a certificate in PEM in %s, got %d bytes of something else", envCertificate, len(text))
	}
	if _, err := x509.ParseCertificate(block.Bytes); err != nil {
		return fmt.Errorf("expected a certificate in %s: %w", envCertificate, err)
	}
	return nil
}

// cleanEnvironment removes what go-plugin would misunderstand: entries of the list of versions that are no numbers or
// have space around them, and the wish for a multiplexed broker, which no service here uses.
func cleanEnvironment() {
	var versions []string
	for _, entry := range strings.Split(os.Getenv(envVersions), ",") {
		if version, err := strconv.ParseInt(strings.TrimSpace(entry), 10, 32); err == nil {
			versions = append(versions, strconv.FormatInt(version, 10))
		}
	}
	os.Setenv(envVersions, strings.Join(versions, ","))
	os.Unsetenv(envMultiplex)
}

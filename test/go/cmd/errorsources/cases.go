package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"syscall"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

type errorCase struct {
	name string
	err  error
}

// The names say what the test in TypeScript has to make of Node's errors.
var cases = []errorCase{
	{"plain", errors.New("boom")},
	{"downstream", backend.DownstreamError(errors.New("boom"))},
	{"plugin", backend.PluginError(errors.New("boom"))},
	{"downstream below a plain error", fmt.Errorf("outer: %w", backend.DownstreamError(errors.New("boom")))},
	{"downstream below plugin", backend.PluginError(backend.DownstreamError(errors.New("boom")))},
	{"plugin below downstream", backend.DownstreamError(backend.PluginError(errors.New("boom")))},
	{"downstream among joined errors", errors.Join(errors.New("one"), backend.DownstreamError(errors.New("two")))},
	{"cancelled", context.Canceled},
	{"cancelled below a plain error", fmt.Errorf("outer: %w", context.Canceled)},
	{"cancelled below plugin", backend.PluginError(context.Canceled)},
	{"status Canceled", status.Error(codes.Canceled, "boom")},
	{"status Unavailable", status.Error(codes.Unavailable, "boom")},
	{"status DeadlineExceeded", status.Error(codes.DeadlineExceeded, "boom")},
	{"timeout", context.DeadlineExceeded},
	{"timeout of a request", inRequest(os.ErrDeadlineExceeded)},
	{"ETIMEDOUT", inRequest(connecting(syscall.ETIMEDOUT))},
	{"ECONNREFUSED", inRequest(connecting(syscall.ECONNREFUSED))},
	{"ECONNRESET", inRequest(connecting(syscall.ECONNRESET))},
	{"EHOSTUNREACH", inRequest(connecting(syscall.EHOSTUNREACH))},
	{"ENETUNREACH", inRequest(connecting(syscall.ENETUNREACH))},
	{"EPIPE", inRequest(connecting(syscall.EPIPE))},
	{"EADDRINUSE", inRequest(connecting(syscall.EADDRINUSE))},
	{"ECONNREFUSED among joined errors", errors.Join(errors.New("one"), inRequest(connecting(syscall.ECONNREFUSED)))},
	{"host not found", inRequest(dialing(&net.DNSError{Err: "no such host", Name: "host", IsNotFound: true}))},
	{"resolver does not answer", inRequest(dialing(&net.DNSError{Err: "server misbehaving", Name: "host", IsTemporary: true}))},
	{"resolver times out", inRequest(dialing(&net.DNSError{Err: "i/o timeout", Name: "host", IsTimeout: true}))},
	{"unknown authority", inRequest(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}})},
	{"certificate expired", inRequest(x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.Expired})},
	{"certificate of another host", inRequest(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "host"})},
	{"TLS record broken", inRequest(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"})},
	{"closed before the answer", inRequest(io.EOF)},
	{"closed while reading", &net.OpError{Op: "read", Net: "tcp", Err: io.EOF}},
	{"end of a file", io.EOF},
	{"EACCES", &os.PathError{Op: "open", Path: "file", Err: syscall.EACCES}},
	{"EPERM", &os.PathError{Op: "open", Path: "file", Err: syscall.EPERM}},
	{"ENOENT", &os.PathError{Op: "open", Path: "file", Err: syscall.ENOENT}},
}

func inRequest(err error) error {
	return &url.Error{Op: "Get", URL: "http://host", Err: err}
}

func connecting(number syscall.Errno) error {
	return dialing(os.NewSyscallError("connect", number))
}

func dialing(err error) error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: err}
}

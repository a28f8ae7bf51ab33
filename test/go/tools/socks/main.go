// Command socks is a SOCKS5 proxy for the tests of outgoing HTTP, on github.com/armon/go-socks5: over TLS 1.3 with a
// client certificate, as Grafana's secure SOCKS proxy is, or without TLS. It listens on a port of its own choice, whose
// address is the first line on stdout; each further line is what it was asked for. It ends with its stdin.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"

	"github.com/armon/go-socks5"
)

func main() {
	user := flag.String("user", "", "the only user; empty: no authentication")
	password := flag.String("password", "", "the password of the user")
	certificate := flag.String("cert", "", "PEM file of the server's certificate; empty: no TLS")
	key := flag.String("key", "", "PEM file of its key")
	clients := flag.String("clients", "", "PEM file of the authority of client certificates")
	deny := flag.Bool("deny", false, "refuse every connection by rule")
	flag.Parse()

	listener, err := listen(*certificate, *key, *clients)
	check(err)
	config := &socks5.Config{Rules: rules{denies: *deny}, Resolver: loopback{}, Logger: log.New(io.Discard, "", 0)}
	if *user != "" {
		config.Credentials = socks5.StaticCredentials{*user: *password}
	}
	server, err := socks5.New(config)
	check(err)
	fmt.Println(listener.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	check(server.Serve(listener))
}

func listen(certificate, key, clients string) (net.Listener, error) {
	if certificate == "" {
		return net.Listen("tcp", "127.0.0.1:0")
	}
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return nil, err
	}
	pem, err := os.ReadFile(clients)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    pool,
		MinVersion:   tls.VersionTLS13,
	})
}

// loopback resolves every name to this machine, so that it is seen that the proxy resolves, not its client.
type loopback struct{}

func (loopback) Resolve(ctx context.Context, name string) (context.Context, net.IP, error) {
	if ip := net.ParseIP(name); ip != nil {
		return ctx, ip, nil
	}
	return ctx, net.IPv4(127, 0, 0, 1), nil
}

type rules struct{ denies bool }

func (r rules) Allow(ctx context.Context, request *socks5.Request) (context.Context, bool) {
	user := ""
	if request.AuthContext != nil {
		user = request.AuthContext.Payload["Username"]
	}
	address := request.DestAddr.FQDN
	if address == "" {
		address = request.DestAddr.IP.String()
	}
	fmt.Printf("%q asks for %s\n", user, address)
	return ctx, !r.denies
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "socks:", err)
		os.Exit(1)
	}
}

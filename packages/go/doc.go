// Package gpp makes and runs backend plugins of Grafana and Plutono, without Grafana's SDK for plugins.
//
// [Serve] turns a program into a plugin: it serves one or several protocol majors from one executable, on HashiCorp's
// go-plugin. [Launch] is the other side: it starts a plugin, in any language, and gives typed clients.
//
// The messages of major 1 are those of grafana-plugin-model, those of major 2 those of the SDK's package
// genproto/pluginv2. Two Go packages with the same messages cannot be in one program, so this module has messages of its
// own only where no official module has them: the renderer's extensions, and Grafana's experimental v3.
package gpp

import "github.com/hashicorp/go-plugin"

// The cookie with which Grafana and Plutono start a plugin of any kind.
var handshake = plugin.HandshakeConfig{MagicCookieKey: "grafana_plugin_type", MagicCookieValue: "datasource"}

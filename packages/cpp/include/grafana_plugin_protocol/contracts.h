/// The messages and services of every contract, under the names of their protocol majors.
#pragma once

#include <grafana/plugin/v3/admission.grpc.pb.h>
#include <grafana/plugin/v3/conversion.grpc.pb.h>
#include <grafana/plugin/v3/route.grpc.pb.h>
#include <models/datasource.grpc.pb.h>
#include <models/renderer.grpc.pb.h>
#include <pluginextensionv2/rendererv2.grpc.pb.h>
#include <pluginextensionv2/sanitizer.grpc.pb.h>
#include <pluginv2/backend.grpc.pb.h>

namespace grafana_plugin_protocol {

/// Protocol major 1: data sources and renderers of Grafana 5 and 6.
namespace v1 = ::models;
/// Protocol major 2: Grafana 7 and later.
namespace v2 = ::pluginv2;
/// Renderer and sanitizer, which travel in major 2.
namespace extensions_v2 = ::pluginextensionv2;
/// Grafana's new services, which travel in major 2 as well; still experimental.
namespace v3 = ::grafana::plugin::v3;

}  // namespace grafana_plugin_protocol

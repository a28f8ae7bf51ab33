# Finds grpc++, libprotobuf and OpenSSL, and makes the target grafana_plugin_protocol::grpc of the first two.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(OpenSSL)
if(TARGET grafana_plugin_protocol::grpc)
  return()
endif()
add_library(grafana_plugin_protocol::grpc INTERFACE IMPORTED)

# pkg-config first: Debian's gRPCConfig.cmake names targets that no package of Debian has.
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(GRAFANA_PLUGIN_PROTOCOL_GRPC QUIET IMPORTED_TARGET grpc++ protobuf)
endif()
if(GRAFANA_PLUGIN_PROTOCOL_GRPC_FOUND)
  set_property(TARGET grafana_plugin_protocol::grpc PROPERTY
    INTERFACE_LINK_LIBRARIES PkgConfig::GRAFANA_PLUGIN_PROTOCOL_GRPC Threads::Threads)
else()
  find_dependency(Protobuf)
  find_dependency(gRPC CONFIG)
  set_property(TARGET grafana_plugin_protocol::grpc PROPERTY
    INTERFACE_LINK_LIBRARIES gRPC::grpc++ protobuf::libprotobuf Threads::Threads)
endif()

//! The protocol majors, and which services a plugin has in them.

use std::sync::Arc;

use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::server::NamedService;
use tonic::service::RoutesBuilder;

type Add = Box<dyn FnOnce(&mut RoutesBuilder, usize) + Send>;

/// A major with the services that a plugin has in it: [`V2`], [`V1`].
pub struct Major {
    pub(crate) version: u32,
    /// Old hosts start renderers of major 1 with another cookie.
    pub(crate) has_v1_renderer: bool,
    pub(crate) services: Vec<Add>,
}

impl Major {
    fn new(version: u32) -> Self {
        Major { version, has_v1_renderer: false, services: Vec::new() }
    }
}

macro_rules! services {
    ($major:ident { $($doc:literal $method:ident: $module:ident::$server_module:ident::{$trait:ident, $server:ident};)* }) => {
        impl $major {
            $(
                #[doc = $doc]
                pub fn $method<T: crate::$module::$server_module::$trait>(mut self, service: Arc<T>) -> Self {
                    self.0.has_v1_renderer |= self.0.version == 1 && stringify!($trait) == "Renderer";
                    self.0.services.push(Box::new(move |routes, max_receive_bytes| {
                        let server = crate::$module::$server_module::$server::from_arc(service);
                        routes.add_service(
                            server.max_decoding_message_size(max_receive_bytes).max_encoding_message_size(usize::MAX),
                        );
                    }));
                    self
                }
            )*

            /// A service of another crate, with limits of its own.
            pub fn service<S>(mut self, service: S) -> Self
            where
                S: Service<http::Request<Body>, Error = std::convert::Infallible, Response = http::Response<Body>>
                    + NamedService + Clone + Send + Sync + 'static,
                S::Future: Send + 'static,
            {
                self.0.services.push(Box::new(move |routes, _| {
                    routes.add_service(service);
                }));
                self
            }
        }

        impl From<$major> for Major {
            fn from(major: $major) -> Major {
                major.0
            }
        }
    };
}

/// Protocol 2, of Grafana 7 and newer, and Plutono. Services that are left out answer UNIMPLEMENTED.
pub struct V2(Major);

impl V2 {
    #[expect(clippy::new_without_default, reason = "a major without services is no useful default")]
    pub fn new() -> Self {
        V2(Major::new(2))
    }
}

services! { V2 {
    "Queries of data sources." data: v2::data_server::{Data, DataServer};
    "HTTP requests of the plugin's frontend." resource: v2::resource_server::{Resource, ResourceServer};
    "Health and metrics." diagnostics: v2::diagnostics_server::{Diagnostics, DiagnosticsServer};
    "Streams of Grafana Live." stream: v2::stream_server::{Stream, StreamServer};
    "Review of objects before they are stored; experimental." admission_control: v2::admission_control_server::{AdmissionControl, AdmissionControlServer};
    "Conversion of objects between versions; experimental." resource_conversion: v2::resource_conversion_server::{ResourceConversion, ResourceConversionServer};
    "Images of panels and dashboards." renderer: extensions_v2::renderer_server::{Renderer, RendererServer};
    "Cleaning of SVG." sanitizer: extensions_v2::sanitizer_server::{Sanitizer, SanitizerServer};
    "Admission review of a coming major; may change in any version." admission_service: v3::admission_service_server::{AdmissionService, AdmissionServiceServer};
    "Conversion of a coming major; may change in any version." conversion_service: v3::conversion_service_server::{ConversionService, ConversionServiceServer};
    "Routes of a coming major; may change in any version." route_service: v3::route_service_server::{RouteService, RouteServiceServer};
} }

/// Protocol 1, of Grafana 5 and 6, and Plutono.
pub struct V1(Major);

impl V1 {
    #[expect(clippy::new_without_default, reason = "a major without services is no useful default")]
    pub fn new() -> Self {
        V1(Major::new(1))
    }
}

services! { V1 {
    "Queries of data sources." datasource: v1::datasource_plugin_server::{DatasourcePlugin, DatasourcePluginServer};
    "Images of panels and dashboards." renderer: v1::renderer_server::{Renderer, RendererServer};
} }

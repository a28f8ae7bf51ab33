//! The messages of every contract.

use grafana_plugin_protocol::{extensions_v2, go_plugin, v1, v2, v3};

use crate::{Messages, add};

macro_rules! add_all {
    ($messages:ident, $contract:ident: $($($part:ident)::+),* $(,)?) => {
        $(add::<$contract::$($part)::+>(&mut $messages);)*
    };
}

/// The runner sends every message of the contracts, so one that is missing here fails the run.
pub(crate) fn all() -> Messages {
    let mut messages = Messages::new();
    add_all!(messages, v1: DatasourceInfo, DatasourceRequest, DatasourceResponse, Point, Query, QueryResult, RenderRequest, RenderResponse, RowValue, Table, TableColumn, TableRow, TimeRange, TimeSeries);
    add_all!(messages, v2: AdmissionRequest, AppInstanceSettings, CallResourceRequest, CallResourceResponse, CheckHealthRequest, CheckHealthResponse, CollectMetricsRequest, CollectMetricsResponse, collect_metrics_response::Payload, ConversionRequest, ConversionResponse, DataQuery, DataResponse, DataSourceInstanceSettings, GroupVersion, GroupVersionKind, MutationResponse, PluginContext, PublishStreamRequest, PublishStreamResponse, QueryChunkedDataRequest, QueryChunkedDataResponse, QueryDataRequest, QueryDataResponse, RawObject, RunStreamRequest, StatusResult, StreamPacket, StringList, SubscribeStreamRequest, SubscribeStreamResponse, TimeRange, User, ValidationResponse);
    add_all!(messages, extensions_v2: RenderCsvRequest, RenderCsvResponse, RenderRequest, RenderResponse, SanitizeRequest, SanitizeResponse, StringList);
    add_all!(messages, v3: AdmissionReviewRequest, AdmissionReviewResponse, CallRouteRequest, CallRouteResponse, ConvertObjectsRequest, convert_objects_request::Object, ConvertObjectsResponse, convert_objects_response::Object, GroupVersion, GroupVersionKind, GroupVersionResource, RawObject, ResourceObject, RouteResource, StatusCause, StatusDetails, StatusResult, StringList);
    add_all!(messages, go_plugin: ConnInfo, conn_info::Knock, Empty, StdioData);
    messages
}

export type { DescMethod, DescService } from "@bufbuild/protobuf";
export type { CallOptions, Client, HandlerContext, Interceptor, ServiceImpl } from "@connectrpc/connect";
export type { AttachInfo } from "../go-plugin/attach-info.ts";
export type {
  Broker,
  BrokerCallOptions,
  BrokeredConnection,
  BrokeredServer,
} from "../go-plugin/broker/broker.ts";
export type { GoPluginService } from "../go-plugin/go-plugin-service.ts";
export type { MagicCookie } from "../go-plugin/handshake/magic-cookie.ts";
export type { LogLevel, LogRecord } from "../go-plugin/log/log-record.ts";
export type { ListServicesOptions } from "../go-plugin/services/list-services.ts";
export type { HealthOptions, HealthStatus } from "../go-plugin/services/ping-plugin.ts";
export type { StdioChunk } from "../go-plugin/services/stdio.ts";
export type { TlsMode } from "../go-plugin/tls/tls-mode.ts";
export type { ConnectedPlugin } from "../host/client/connected-plugin.ts";
export type {
  ConnectionOptions,
  HostLimits,
  LaunchOptions,
  PluginLogRecord,
} from "../host/launch-options.ts";
export type { LaunchedPlugin, RunningProcess } from "../host/launch-plugin.ts";
export type { Checksum } from "../host/process/executable/verify-checksum.ts";
export type { GrafanaSettings } from "../host/process/grafana-environment.ts";
export type { ExitStatus } from "../host/process/plugin-process.ts";
export type { PortRange } from "../host/process/port-range.ts";
export type { LogTo } from "../plugin/answers/report-defects.ts";
export type { LogFields, Logger } from "../plugin/create-logger.ts";
export type { GrafanaConfig } from "../plugin/environment/read-grafana-config.ts";
export type { SecureSocksProxy } from "../plugin/environment/secure-socks-proxy.ts";
export type { ImplementedMajor } from "../plugin/implement.ts";
export type {
  Har,
  HarEntry,
  HarPair,
  HarQuery,
  HarRequest,
  HarResponse,
  HarText,
} from "../sdk/capture/har.ts";
export type { SentRequest } from "../sdk/capture/har-entry.ts";
export type { HarRecorder, HarRecorderOptions, HarSecrets } from "../sdk/capture/har-recorder.ts";
export type { QueryRecord } from "../sdk/capture/query-entry.ts";
export { type RecordedFetch, recordedFetch } from "../sdk/capture/recorded-fetch.ts";
export type { Endpoint, RequestContext, RequestUser } from "../sdk/context/request-context.ts";
export type { Fetch } from "../sdk/http/wrap-fetch.ts";
export type { TraceContext } from "../sdk/observe/tracing/trace-context.ts";
export type { CallGuard, GuardedCall } from "../transport/call-guard.ts";
export type {
  ConnectionLimits,
  DialOptions,
  DialTls,
  ImplementedService,
  ListenOptions,
  ListenTls,
  MessageLimits,
  SocketAddress,
  SocketTransport,
  TransportConnection,
  TransportServer,
} from "../transport/socket-transport.ts";
export { assertAlertable } from "./assert-alertable.ts";
export { type GrafanaConfigInput, grafanaConfig } from "./context/grafana-config.ts";
export {
  type PluginContextInput,
  pluginContext,
  type TestApp,
  type TestDataSource,
} from "./context/plugin-context.ts";
export { type RequestContextInput, requestContext } from "./context/request-context.ts";
export {
  type CallResourceInput,
  callResourceRequest,
  checkHealthRequest,
  type QueryDataInput,
  queryDataRequest,
  type RequestInput,
  streamRequest,
  type TestQuery,
} from "./context/requests.ts";
export { createInMemoryPlugin, type InMemoryOptions } from "./create-in-memory-plugin.ts";
export { assertFramesEqual, type DiffOptions, diffFrames } from "./diff-frames.ts";
export { type FakeHostOptions, fakeHost, type HostedPlugin } from "./fake-host.ts";
export { type FakePlugin, type FakePluginOptions, fakePlugin } from "./fake-plugin/fake-plugin.ts";
export type { FakeStart, Hello } from "./fake-plugin/fake-start.ts";
export { type ScriptedHandler, scriptedAnswers } from "./fake-plugin/scripted-answers.ts";
export { checkGoldenResponse, type GoldenOptions } from "./golden/check-golden-response.ts";
export type { GoldenResponse } from "./golden/response-json.ts";
export {
  type InterceptorBed,
  type InterceptorBedOptions,
  type ReceivedCall,
  testInterceptors,
} from "./test-interceptors.ts";

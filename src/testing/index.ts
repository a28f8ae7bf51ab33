export type { DescMethod, DescService } from "@bufbuild/protobuf";
export type { CallOptions, Client, HandlerContext, Interceptor } from "@connectrpc/connect";
export type { LogLevel, LogRecord } from "../go-plugin/log/log-record.ts";
export type { LogTo } from "../plugin/answers/report-defects.ts";
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
  type FetchRecorder,
  type RecordedFetch,
  type RecordedFetchOptions,
  recordedFetch,
} from "./recorded-fetch.ts";
export {
  type InterceptorBed,
  type InterceptorBedOptions,
  type ReceivedCall,
  testInterceptors,
} from "./test-interceptors.ts";

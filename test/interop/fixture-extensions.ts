import type { PluginImpl } from "grafana-plugin-protocol";
import {
  AdmissionReviewRequest_Operation as Operation,
  v3Services,
} from "grafana-plugin-protocol/experimental/v3";
import { rendererServices, sanitizerServices, v2 } from "grafana-plugin-protocol/v2";
import { canonicalJson } from "./canonical-json.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** Major 2 with every service that may travel in it. */
export const extendedV2 = {
  version: v2.version,
  services: { ...v2.services, ...rendererServices, ...sanitizerServices, ...v3Services },
} as const;

type Extensions = Pick<
  Required<PluginImpl<typeof extendedV2>>,
  "admissionReview" | "objectConversion" | "renderer" | "route" | "sanitizer"
>;

/** What README.md says of the extensions. */
export const fixtureExtensions: Extensions = {
  renderer: {
    render({ url, width, height, deviceScaleFactor, headers }) {
      if (url === "fail") return { error: "bad url" };
      if (url !== "echo") return {};
      const headerLists = Object.fromEntries(
        Object.entries(headers).map(([name, { values }]) => [name, values]),
      );
      return {
        error: canonicalJson({
          deviceScaleFactor,
          headers: headerLists,
          height: String(height),
          url,
          width: String(width),
        }),
      };
    },
    renderCSV: ({ url }) => (url === "fail" ? { error: "bad url" } : { fileName: "fixture.csv" }),
  },
  sanitizer: {
    sanitize: ({ configType, content }) =>
      configType === "fail" ? { error: "bad config" } : { sanitized: utf8(text(content).toUpperCase()) },
  },
  admissionReview: {
    admissionReview: ({ operation = Operation.UNSPECIFIED, objectBytes = new Uint8Array() }) => ({
      allowed: true,
      objectBytes,
      // The generated enum drops the prefix that the names have on the wire.
      warnings: [`OPERATION_${Operation[operation]}`],
    }),
  },
  objectConversion: {
    convertObjects: ({ uid = "", objects, targetVersion }) => ({
      uid,
      converted: objects.map(({ raw }) => ({ raw: utf8(`${targetVersion}:${text(raw)}`) })),
    }),
  },
  route: {
    async *callRoute({ method = "", path = "", body = new Uint8Array() }) {
      yield { code: 200, headers: { "X-Route": { values: [method, path] } }, body };
      yield { body: utf8("end") };
    },
  },
};

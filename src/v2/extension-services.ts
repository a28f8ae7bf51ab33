import { Renderer } from "../../gen/es/v2/pluginextensionv2/rendererv2_pb.js";
import { Sanitizer } from "../../gen/es/v2/pluginextensionv2/sanitizer_pb.js";
import type { ServiceOfMajor } from "../protocol.ts";

/**
 * The renderer's service (proto package `pluginextensionv2`), which travels in handshake version 2.
 * Grafana 7 to 11 call it, Plutono only its `render`. Spread it into the services of `v2`.
 */
export const rendererServices: { readonly renderer: ServiceOfMajor<2, typeof Renderer> } = {
  renderer: Renderer,
};

/**
 * The SVG sanitizer of the image renderer (proto package `pluginextensionv2`), which travels in
 * handshake version 2. Spread it into the services of `v2`.
 */
export const sanitizerServices: { readonly sanitizer: ServiceOfMajor<2, typeof Sanitizer> } = {
  sanitizer: Sanitizer,
};

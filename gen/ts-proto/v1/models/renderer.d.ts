import type { MessageFns } from "../message-fns.js";
/** Which page to draw, and how. */
export interface RenderRequest {
    /** Set by the host: the page to open. */
    url: string;
    /** Set by the host: width of the browser window, in pixels. */
    width: number;
    /** Set by the host: height of the browser window, in pixels. */
    height: number;
    /** Set by the host, in seconds: when to give up. */
    timeout: number;
    /** Set by the host: IANA name of the time zone that the page shows times in; may be empty. */
    timezone: string;
    /** Set by the host: kind of the file, e.g. "png"; empty means png. */
    encoding: string;
    /** Set by the host: where to write the image. Both sides see the same file system. */
    filePath: string;
    /** Set by the host: value of the cookie "renderKey", which lets the browser in. */
    renderKey: string;
    /** Set by the host: domain of that cookie. */
    domain: string;
    /** Set by the host: true asks the plugin for verbose logs. */
    debug: boolean;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The outcome. The image itself is in the file. */
export interface RenderResponse {
    /** Set by the plugin when no image was made; empty means success. */
    error: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const RenderRequest: MessageFns<RenderRequest>;
export declare const RenderResponse: MessageFns<RenderResponse>;
/** Makes images of pages of the host. */
export type RendererDefinition = typeof RendererDefinition;
export declare const RendererDefinition: {
    readonly name: "Renderer";
    readonly fullName: "models.Renderer";
    readonly methods: {
        /** Opens a page in a browser and writes an image of it to a file. */
        readonly render: {
            readonly name: "Render";
            readonly requestType: typeof RenderRequest;
            readonly requestStream: false;
            readonly responseType: typeof RenderResponse;
            readonly responseStream: false;
            readonly options: {};
        };
    };
};

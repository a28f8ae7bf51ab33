import type { MessageFns } from "../message-fns.js";
/** The values of one HTTP header. */
export interface StringList {
    /** In the order they were sent. */
    values: string[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Which page to draw, and how. The numbers differ from those of models.RenderRequest. */
export interface RenderRequest {
    /** Set by the host: the page to open. */
    url: string;
    /** Set by the host: width of the browser window, in pixels; below 10 means the plugin's default. */
    width: number;
    /**
     * Set by the host: height of the browser window, in pixels; -1 asks for the whole page, another number
     * below 10 means the plugin's default.
     */
    height: number;
    /**
     * Set by the host: pixels of the image for each pixel of the page; 0 means 1. A negative factor -n asks for
     * a thumbnail: the page is drawn n times as large and shrunk to the size asked for.
     */
    deviceScaleFactor: number;
    /** Set by the host: where to write the image. */
    filePath: string;
    /** Set by the host: value of the cookie "renderKey", which lets the browser in. Empty: no cookie. */
    renderKey: string;
    /** Set by the host: domain of that cookie. */
    domain: string;
    /** Set by the host, in seconds: when to give up; 0 means 30. */
    timeout: number;
    /** Set by the host: IANA name of the time zone that the page shows times in; may be empty. */
    timezone: string;
    /** Set by the host: HTTP headers for the browser to send; renderers use only Accept-Language. */
    headers: {
        [key: string]: StringList;
    };
    /** Set by the host: secret shared by host and renderer; empty from most hosts. Since renderer 3.12. */
    authToken: string;
    /** Set by the host: kind of the file, "png" or "pdf"; empty means png. Since renderer 3.12. */
    encoding: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface RenderRequest_HeadersEntry {
    key: string;
    value?: StringList | undefined;
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
/** Which page to take the CSV file from. */
export interface RenderCSVRequest {
    /** Set by the host: the page to open. */
    url: string;
    /** Set by the host: where to write the file. */
    filePath: string;
    /** Set by the host: value of the cookie "renderKey", which lets the browser in. Empty: no cookie. */
    renderKey: string;
    /** Set by the host: domain of that cookie. */
    domain: string;
    /** Set by the host, in seconds: when to give up; 0 means 30. */
    timeout: number;
    /** Set by the host: IANA name of the time zone that the page shows times in; may be empty. */
    timezone: string;
    /** Set by the host: HTTP headers for the browser to send; renderers use only Accept-Language. */
    headers: {
        [key: string]: StringList;
    };
    /** Set by the host: secret shared by host and renderer; empty from most hosts. Since renderer 3.12. */
    authToken: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface RenderCSVRequest_HeadersEntry {
    key: string;
    value?: StringList | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The outcome. The data itself is in the file. */
export interface RenderCSVResponse {
    /** Set by the plugin when no file was made; empty means success. */
    error: string;
    /** Set by the plugin: the name that the page gave the file, for the user's download. */
    fileName: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const StringList: MessageFns<StringList>;
export declare const RenderRequest: MessageFns<RenderRequest>;
export declare const RenderRequest_HeadersEntry: MessageFns<RenderRequest_HeadersEntry>;
export declare const RenderResponse: MessageFns<RenderResponse>;
export declare const RenderCSVRequest: MessageFns<RenderCSVRequest>;
export declare const RenderCSVRequest_HeadersEntry: MessageFns<RenderCSVRequest_HeadersEntry>;
export declare const RenderCSVResponse: MessageFns<RenderCSVResponse>;
/** Makes images and CSV files of pages of the host. Both sides see the same file system. */
export type RendererDefinition = typeof RendererDefinition;
export declare const RendererDefinition: {
    readonly name: "Renderer";
    readonly fullName: "pluginextensionv2.Renderer";
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
        /**
         * Opens a page in a browser and keeps the CSV file that the page offers for download. Plutono never calls
         * it.
         */
        readonly renderCSV: {
            readonly name: "RenderCSV";
            readonly requestType: typeof RenderCSVRequest;
            readonly requestStream: false;
            readonly responseType: typeof RenderCSVResponse;
            readonly responseStream: false;
            readonly options: {};
        };
    };
};

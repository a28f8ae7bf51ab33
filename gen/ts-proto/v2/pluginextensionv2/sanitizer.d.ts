import type { MessageFns } from "../message-fns.js";
/** The file, and how to clean it. */
export interface SanitizeRequest {
    /** Set by the host: name of the file. Its ending says what kind it is. */
    filename: string;
    /** Set by the host: the file. */
    content: Uint8Array;
    /** Set by the host: which cleaner config is for, e.g. "DOMPurify". */
    configType: string;
    /** Set by the host: settings of the cleaner, a JSON object. */
    config: Uint8Array;
    /** Set by the host: secret shared by host and renderer; empty from most hosts. Since renderer 3.12. */
    authToken: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The outcome. */
export interface SanitizeResponse {
    /** Set by the plugin when the file could not be cleaned; empty means success. */
    error: string;
    /** Set by the plugin: the clean file. Empty when error is set. */
    sanitized: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const SanitizeRequest: MessageFns<SanitizeRequest>;
export declare const SanitizeResponse: MessageFns<SanitizeResponse>;
/** Makes files safe to show. */
export type SanitizerDefinition = typeof SanitizerDefinition;
export declare const SanitizerDefinition: {
    readonly name: "Sanitizer";
    readonly fullName: "pluginextensionv2.Sanitizer";
    readonly methods: {
        /** Takes what could run as a script out of one file, e.g. an SVG image. */
        readonly sanitize: {
            readonly name: "Sanitize";
            readonly requestType: typeof SanitizeRequest;
            readonly requestStream: false;
            readonly responseType: typeof SanitizeResponse;
            readonly responseStream: false;
            readonly options: {};
        };
    };
};

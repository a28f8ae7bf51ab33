// @generated from file google/protobuf/descriptor.proto (package google.protobuf) of @bufbuild/protobuf
/* eslint-disable */

import type { DescFile } from "@bufbuild/protobuf";

/**
 * Makes the descriptor of google/protobuf/descriptor.proto.
 */
export declare function descriptorFile(): DescFile;

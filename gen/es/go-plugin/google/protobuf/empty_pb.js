// @generated from file google/protobuf/empty.proto (package google.protobuf) of @bufbuild/protobuf
/* eslint-disable */

import { fileOf } from "../../../file-of.js";

/**
 * Describes the file google/protobuf/empty.proto.
 */
export const file_google_protobuf_empty = /*@__PURE__*/
  fileOf(["google/protobuf/empty.proto","google.protobuf",,,,,[
    ["Empty"]],,,,["com.google.protobuf","EmptyProto",true,,,,"google.golang.org/protobuf/types/known/emptypb",,,,,true,"GPB","Google.Protobuf.WellKnownTypes"],,"proto3"], [], {"FileOptions":{"javaPackage":"","javaOuterClassname":"","javaMultipleFiles":false,"javaGenerateEqualsAndHash":false,"javaStringCheckUtf8":false,"optimizeFor":1,"goPackage":"","ccGenericServices":false,"javaGenericServices":false,"pyGenericServices":false,"deprecated":false,"ccEnableArenas":true,"objcClassPrefix":"","csharpNamespace":"","swiftPrefix":"","phpClassPrefix":"","phpNamespace":"","phpMetadataNamespace":"","rubyPackage":"","features":{"one":"FeatureSet"},"uninterpretedOption":{"many":"UninterpretedOption"}}});

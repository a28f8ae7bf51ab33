/** Of `google.protobuf.FeatureSet.FieldPresence`, whose generated enum would import all descriptors. */
export const implicitPresence = 2;

/** Messages that protobuf-es represents by their bare value, in a field that is neither in a oneof nor in a list or map. */
export const wrapperName: RegExp = /^google\.protobuf\.(Double|Float|U?Int(32|64)|Bool|String|Bytes)Value$/;

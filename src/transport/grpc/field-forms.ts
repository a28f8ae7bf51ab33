/** Of `google.protobuf.FeatureSet.FieldPresence`, whose generated enum would bring all descriptors along. */
export const implicitPresence = 2;

/** Messages of which protobuf-es holds the bare value, in a field that is neither in a oneof nor in a list or map. */
export const wrapperName: RegExp = /^google\.protobuf\.(Double|Float|U?Int(32|64)|Bool|String|Bytes)Value$/;

import { type DescFile } from "@bufbuild/protobuf";
/** A message of descriptor.proto: the values of its members in the order of its shape, with holes for those not set. */
type Literal = readonly unknown[];
/** The default of a scalar or enum, or the shape of a message, or of a list's items: `""` when they are scalars. */
type Member = string | number | boolean | {
    readonly one: string;
} | {
    readonly many: string;
};
/** The members of a message of descriptor.proto, in the order in which it declares them. */
export type Shape = Readonly<Record<string, Member>>;
/** By name, without `google.protobuf.`. */
type Shapes = Readonly<Record<string, Shape>>;
/** What nearly every file needs. Others, such as the options of a field, come with the file that has them. */
export declare const commonShapes: Shapes;
/**
 * The descriptor of a file, the same as protobuf-es makes it of the file's bytes.
 *
 * @param literal the file's FileDescriptorProto, without its dependencies and its default JSON names
 * @param moreShapes what `literal` holds beyond the common shapes
 */
export declare function fileOf(literal: Literal, dependencies?: readonly DescFile[], moreShapes?: Shapes): DescFile;
export {};

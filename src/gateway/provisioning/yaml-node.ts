/** A line and a column, from 1 on. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A value of a YAML document, with its place. Aliases are the value of their anchor; merges are done. */
export type YamlNode = YamlMapping | YamlScalar | YamlSequence;

export interface YamlScalar {
  readonly kind: "scalar";
  readonly at: Place;
  readonly text: string;
  /** Without quotes and not a block: it may be a number or another word. */
  readonly isPlain: boolean;
  /** An explicit tag, such as `tag:yaml.org,2002:str`. */
  readonly tag: string | undefined;
}

export interface YamlMapping {
  readonly kind: "mapping";
  readonly at: Place;
  readonly pairs: readonly YamlPair[];
}

export interface YamlPair {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}

export interface YamlSequence {
  readonly kind: "sequence";
  readonly at: Place;
  readonly items: readonly YamlNode[];
}

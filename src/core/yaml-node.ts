/**
 * A YAML document as a tree of our own nodes. Plain objects would lose the order of numeric keys, 64-bit
 * integers, `1.0` against `1`, duplicate keys and `__proto__`; nodes keep the text and where it stood.
 *
 * Offsets are UTF-16 code units into the text that was parsed, end exclusive.
 */
export type YamlNode = YamlScalar | YamlSequence | YamlMapping | YamlAlias;

interface NodeBase {
  readonly start: number;
  readonly end: number;
  /** An explicit tag in its long form, such as `tag:yaml.org,2002:binary`; a local one as written (`!x`). */
  readonly tag?: string;
  readonly anchor?: string;
}

export interface YamlScalar extends NodeBase {
  readonly kind: 'scalar';
  readonly style: 'plain' | 'single-quoted' | 'double-quoted' | 'literal' | 'folded';
  /** The text after unquoting, folding and escapes; its type is decided by `yaml/resolve.ts` from style, tag and text. */
  readonly text: string;
  /** The comment after it on the same line, without `#` and surrounding blanks. */
  readonly lineComment?: string;
}

export interface YamlSequence extends NodeBase {
  readonly kind: 'sequence';
  readonly flow: boolean;
  readonly items: readonly YamlNode[];
  readonly lineComment?: string;
}

export interface YamlPair {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

export interface YamlMapping extends NodeBase {
  readonly kind: 'mapping';
  readonly flow: boolean;
  /** In the order written, duplicates and merge keys (`<<`) included. */
  readonly pairs: readonly YamlPair[];
  readonly lineComment?: string;
}

/** `*name`. `target` is the anchored node, already complete. */
export interface YamlAlias extends NodeBase {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: YamlNode;
}

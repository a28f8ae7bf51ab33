import type { FileReader } from "./file-reader.ts";
import { similarMember } from "./similar-member.ts";
import type { Place, YamlMapping, YamlNode } from "./yaml-node.ts";

/** The members of a mapping that are known. */
export interface KnownMembers {
  readonly has: (member: string) => boolean;
  /** The value of a member by one of the readers of a file; `undefined` if it is not there. */
  readonly read: <T>(member: string, by: (name: string, node: YamlNode) => T) => T | undefined;
  /** Where a member is, else the whole. */
  readonly placeOf: (member: string) => Place;
  /** What the file says for a member, before variables. */
  readonly rawText: (member: string) => string;
}

/**
 * Finds the members of a mapping. One that is not known is a warning, with the name that was probably meant.
 *
 * @param name of the mapping, before the names of its members; empty for a whole file
 * @param notes what to say of members that are known and have no effect
 */
export function knownMembers(
  { warn }: FileReader,
  name: string,
  { at, pairs }: YamlMapping,
  known: readonly string[],
  notes: Readonly<Record<string, string>> = {},
): KnownMembers {
  const members = new Map<string, YamlNode>();
  const pathOf = (member: string): string => (name === "" ? member : `${name}.${member}`);
  for (const { key, value } of pairs) {
    const member = key.text;
    if (known.includes(member)) members.set(member, value);
    else if (Object.hasOwn(notes, member)) warn(key.at, `${pathOf(member)}: ${notes[member]}`);
    else warn(key.at, `${printable(pathOf(member))}: ${unknown(member, known)}`);
  }
  return {
    has: (member) => members.has(member),
    read: (member, by) => {
      const node = members.get(member);
      return node === undefined ? undefined : by(pathOf(member), node);
    },
    placeOf: (member) => members.get(member)?.at ?? at,
    rawText: (member) => {
      const node = members.get(member);
      return node?.kind === "scalar" ? node.text : "";
    },
  };
}

function unknown(member: string, known: readonly string[]): string {
  const meant = similarMember(member, known);
  return `no such member is known, so it is ignored${meant === undefined ? "" : `: did you mean ${meant}?`}`;
}

/** A line that lost its indentation may be anything, a secret too. */
const printable = (path: string): string => (/^[\w.[\]-]{1,80}$/.test(path) ? path : "a member");

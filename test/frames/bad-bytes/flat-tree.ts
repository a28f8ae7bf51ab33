/** A flatbuffer as a tree. A node that stands in several places is written once: no Arrow library does that. */
export type FlatNode =
  | { readonly table: readonly (FlatNode | FlatScalar | undefined)[] }
  | { readonly tables: readonly FlatNode[] }
  | { readonly text: string | Uint8Array }
  /** A list of structs or numbers: their bytes, and how many the list says they are. */
  | { readonly list: Uint8Array; readonly count: number };

/** A value in a slot of a table: a boolean or an integer of so many bits. */
export type FlatScalar = { readonly bits: 8 | 16 | 32 | 64; readonly value: bigint };

export function scalar(bits: FlatScalar["bits"], value: number | bigint): FlatScalar {
  return { bits, value: BigInt(value) };
}

/** The bytes of the tree. Every slot of a table takes 8 bytes, which is legal and simple. */
export function writeFlatTree(root: FlatNode): Uint8Array {
  const starts = layOut(root);
  const last = [...starts].at(-1) as [FlatNode, number];
  const view = new DataView(new ArrayBuffer(last[1] + sizeOf(last[0])));
  const refer = (place: number, node: FlatNode): void => {
    const target = (starts.get(node) as number) + leadOf(node);
    if (target <= place) throw new Error("the tree shares a node that would lie before one of its parents");
    view.setUint32(place, target - place, true);
  };
  refer(0, root);
  for (const [node, start] of starts) writeNode(view, node, start, refer);
  return new Uint8Array(view.buffer);
}

/** Level by level, so that a shared node comes after all that refer to it. */
function layOut(root: FlatNode): Map<FlatNode, number> {
  const starts = new Map<FlatNode, number>();
  let end = 8;
  let level: FlatNode[] = [root];
  while (level.length > 0) {
    const next: FlatNode[] = [];
    for (const node of level) {
      if (starts.has(node)) continue;
      starts.set(node, end);
      end += sizeOf(node);
      for (const child of childrenOf(node)) next.push(child);
    }
    level = next;
  }
  return starts;
}

function childrenOf(node: FlatNode): readonly FlatNode[] {
  if ("tables" in node) return node.tables;
  if ("table" in node)
    return node.table.flatMap((slot) => (slot === undefined || "bits" in slot ? [] : [slot]));
  return [];
}

function vtableBytes(slots: number): number {
  return 4 + 2 * slots;
}

/** From the start of a node to where references to it point: tables have their vtable before them. */
function leadOf(node: FlatNode): number {
  return "table" in node ? align(vtableBytes(node.table.length)) + 4 : 4;
}

/** Each node ends on a multiple of 8, and its slots or elements begin on one. */
function sizeOf(node: FlatNode): number {
  if ("table" in node) return leadOf(node) + 4 + 8 * node.table.length;
  if ("tables" in node) return align(8 + 4 * node.tables.length);
  return align(8 + ("text" in node ? bytesOf(node.text).length + 1 : node.list.length));
}

function align(size: number): number {
  return Math.ceil(size / 8) * 8;
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? new TextEncoder().encode(text) : text;
}

function writeNode(
  view: DataView,
  node: FlatNode,
  start: number,
  refer: (place: number, node: FlatNode) => void,
): void {
  const place = start + leadOf(node);
  if ("table" in node) {
    writeTable(view, node.table, start, place, refer);
  } else if ("tables" in node) {
    view.setUint32(place, node.tables.length, true);
    for (const [i, child] of node.tables.entries()) refer(place + 4 + 4 * i, child);
  } else {
    const bytes = "text" in node ? bytesOf(node.text) : node.list;
    view.setUint32(place, "text" in node ? bytes.length : node.count, true);
    new Uint8Array(view.buffer).set(bytes, place + 4);
  }
}

function writeTable(
  view: DataView,
  slots: readonly (FlatNode | FlatScalar | undefined)[],
  vtable: number,
  place: number,
  refer: (place: number, node: FlatNode) => void,
): void {
  view.setInt32(place, place - vtable, true);
  view.setUint16(vtable, vtableBytes(slots.length), true);
  view.setUint16(vtable + 2, 4 + 8 * slots.length, true);
  slots.forEach((slot, i) => {
    if (slot === undefined) return;
    view.setUint16(vtable + 4 + 2 * i, 4 + 8 * i, true);
    if ("bits" in slot) view.setBigInt64(place + 4 + 8 * i, slot.value, true);
    else refer(place + 4 + 8 * i, slot);
  });
}

import {
  type DescField,
  type DescMessage,
  fromBinary,
  type MessageShape,
  ScalarType,
} from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { wireTypeOf } from "../wire-type.ts";
import { canCompile } from "./can-compile.ts";
import {
  type Compiler,
  compileEmbedded,
  type FieldDecoder,
  type MessageDecoder,
} from "./embedded-message.ts";
import {
  createHeapBudget,
  largeBytes as defaultLargeBytes,
  heapCost,
  maxUnknownApart,
  messageCost,
} from "./heap-cost.ts";
import { isRemembered } from "./is-remembered.ts";
import { compileMapField } from "./map-decoder.ts";
import { createMeasure } from "./measure-message.ts";
import { createScalarReaders, type ScalarReader } from "./scalar-reader.ts";
import { createSlowLane, finish, type Steps } from "./slow-lane.ts";
import { createTextReader } from "./text-reader.ts";
import {
  charge,
  createWireReader,
  enter,
  hasPaused,
  pause,
  pauseLoop,
  readTag,
  restart,
  resume,
  skipValue,
  stopOf,
  tooDeep,
  type WireReader,
} from "./wire-reader.ts";
import { compileZeroMessage, heldList, heldMessage, type Message } from "./zero-message.ts";

/** Decodes the bytes of messages. */
export interface Decode {
  /**
   * Decodes a message in one go.
   * @throws ConnectError RESOURCE_EXHAUSTED for a message that would take too much memory; Error for invalid bytes
   */
  now<Desc extends DescMessage>(desc: Desc, bytes: Uint8Array): MessageShape<Desc>;
  /**
   * The same for a large message: if it takes more than a few milliseconds, it is decoded in turns of the event loop, so
   * that other calls go on. One message at a time, because the memory of each is bounded, and not that of all.
   *
   * @param isWanted asked between the turns; a message that is no longer wanted is dropped, and rejects with CANCELED
   */
  inTurns<Desc extends DescMessage>(
    desc: Desc,
    bytes: Uint8Array,
    isWanted: () => boolean,
  ): MessageShape<Desc> | Promise<MessageShape<Desc>>;
}

/** How large messages are read. */
interface ReadSteps {
  /** Larger messages are read in steps. Default 1 MiB. */
  readonly largeBytes: number;
  /**
   * The bytes between two checks of the clock. Two bytes may be an object, so 32 KiB, the default, take a few milliseconds
   * at most.
   */
  readonly stepBytes: number;
}

const defaultSteps: ReadSteps = { largeBytes: defaultLargeBytes, stepBytes: 32 * 1024 };
/** Heap bytes that a large message may take before it is measured. */
const trialHeapBytes = 4 << 20;
const noBytes = new Uint8Array(0);

/**
 * Decodes messages as protobuf-es' `fromBinary` does, in two thirds of the time for a query and a third for a packet of
 * a stream: decoding is most of the cost of a small call. Types that are not plain proto3 are left to protobuf-es.
 * Stricter for invalid bytes: a field beyond the end of its message is an error, and a field with another wire type
 * than declared is unknown.
 *
 * The memory of the objects is bounded: see {@link MessageLimits.maxDecodedBytes}. In a long run of unknown fields, all
 * but the first are one entry of `$unknown`, whose data includes the tags of the later ones: encoding gives the same
 * bytes.
 */
export function createDecode(
  maxDecodedBytes?: number | undefined,
  { largeBytes, stepBytes }: ReadSteps = defaultSteps,
): Decode {
  const texts = createTextReader();
  const known = new Map<DescMessage, MessageDecoder>();
  const compiler: Compiler = {
    texts,
    scalars: createScalarReaders(texts),
    decoderOf: (desc) => {
      let decoder = known.get(desc);
      if (decoder === undefined) {
        const fields: FieldDecoder[] = [];
        decoder = {
          heapBytes: messageCost(desc),
          create: compileZeroMessage(desc),
          read: compileRead(fields),
        };
        // Registered before its fields are compiled, because a message type may contain itself.
        known.set(desc, decoder);
        for (const field of desc.fields) compileField(fields, field, compiler);
      }
      return decoder;
    },
  };
  const measure = createMeasure(true);
  const measureForProtobufEs = createMeasure(false);
  const heapBudget = createHeapBudget(maxDecodedBytes);
  const decoders = new Map<DescMessage, MessageDecoder | "left to protobuf-es">();
  const reader = createWireReader(noBytes, 0);
  const lane = createSlowLane();

  const decoderFor = (desc: DescMessage): MessageDecoder | "left to protobuf-es" => {
    let decoder = decoders.get(desc);
    if (decoder === undefined) {
      decoder = canCompile(desc) ? compiler.decoderOf(desc) : "left to protobuf-es";
      decoders.set(desc, decoder);
    }
    return decoder;
  };
  const readSmall = (desc: DescMessage, bytes: Uint8Array): Message => {
    const decoder = decoderFor(desc);
    try {
      restart(reader, bytes, heapBudget(bytes.length));
      if (decoder === "left to protobuf-es") {
        measureForProtobufEs(desc, reader);
        return fromBinary(desc, bytes);
      }
      const message = decoder.create();
      decoder.read(reader, message);
      return message;
    } finally {
      reader.bytes = noBytes;
      reader.buffer = undefined;
    }
  };
  /** Most large messages are bytes, and take little heap. Others are measured before all of their objects are made. */
  function* readLarge(desc: DescMessage, bytes: Uint8Array): Steps<Message> {
    const decoder = decoderFor(desc);
    const heapBytes = heapBudget(bytes.length);
    if (decoder === "left to protobuf-es") {
      yield* inSteps(stepBytes, createWireReader(bytes, heapBytes), (all) => measureForProtobufEs(desc, all));
      return fromBinary(desc, bytes);
    }
    const trial = createWireReader(bytes, Math.min(heapBytes, trialHeapBytes));
    try {
      return yield* readInSteps(stepBytes, decoder, trial);
    } catch (error) {
      if (trial.heapLeft >= 0) throw error;
    }
    yield* inSteps(stepBytes, createWireReader(bytes, heapBytes), (all) => measure(desc, all));
    return yield* readInSteps(stepBytes, decoder, createWireReader(bytes, heapBytes));
  }

  // Each message is filled by its descriptor, so it has the descriptor's type.
  return {
    now: <Desc extends DescMessage>(desc: Desc, bytes: Uint8Array) =>
      (bytes.length > largeBytes
        ? finish(readLarge(desc, bytes))
        : readSmall(desc, bytes)) as MessageShape<Desc>,
    inTurns: <Desc extends DescMessage>(desc: Desc, bytes: Uint8Array, isWanted: () => boolean) =>
      (bytes.length > largeBytes
        ? lane.run(() => readLarge(desc, bytes), isWanted)
        : readSmall(desc, bytes)) as MessageShape<Desc> | Promise<MessageShape<Desc>>,
  };
}

function* readInSteps(stepBytes: number, decoder: MessageDecoder, reader: WireReader): Steps<Message> {
  const message = decoder.create();
  yield* inSteps(stepBytes, reader, () => decoder.read(reader, message));
  return message;
}

/** Lets `begin` read the bytes, with a pause after each step. */
function* inSteps(stepBytes: number, reader: WireReader, begin: (reader: WireReader) => void): Steps<void> {
  reader.pauseAt = stepBytes;
  begin(reader);
  while (reader.paused.length > 0) {
    yield;
    resume(reader, reader.position + stepBytes);
  }
}

/** @param fields by tag */
function compileRead(fields: readonly FieldDecoder[]): MessageDecoder["read"] {
  const read: MessageDecoder["read"] = (reader, message) => {
    if (--reader.depth < 0) throw tooDeep();
    const { end } = reader;
    const stop = stopOf(reader);
    while (reader.position < stop) {
      const tag = readTag(reader);
      const field = fields[tag];
      if (field !== undefined) field(reader, message);
      else readUnknown(reader, message, tag, fields);
    }
    reader.depth++;
    if (reader.position < end) pauseLoop(reader, end, read, message);
  };
  return read;
}

/** Reads an unknown field and, if the message has many, all further ones up to a known field. */
function readUnknown(
  reader: WireReader,
  message: Message,
  tag: number,
  fields: readonly FieldDecoder[],
): void {
  charge(reader, heapCost.unknown);
  const { end, position: start } = reader;
  skipValue(reader, tag);
  const keep = (): void => {
    const held = message["$unknown"];
    const others: unknown[] = Array.isArray(held) ? held : [];
    if (others.length >= maxUnknownApart) skipUnknown(reader, fields);
    if (hasPaused(reader)) {
      pause(reader, end, keep);
      return;
    }
    const data = reader.bytes.subarray(start, reader.position);
    others.push({ no: tag >>> 3, wireType: tag & 7, data });
    message["$unknown"] = others;
  };
  if (reader.paused.length > 0) pause(reader, end, keep);
  else keep();
}

/** Skips unknown fields, up to a known one, to the end or to a pause. */
function skipUnknown(reader: WireReader, fields: readonly FieldDecoder[]): void {
  const stop = stopOf(reader);
  while (reader.position < stop) {
    if (skipShort(reader, fields)) continue;
    const { position: start } = reader;
    const tag = readTag(reader);
    if (fields[tag] !== undefined) {
      reader.position = start;
      return;
    }
    skipValue(reader, tag);
  }
}

/** Skips an unknown number whose tag and value take one byte each, the shortest field possible. */
function skipShort(reader: WireReader, fields: readonly FieldDecoder[]): boolean {
  const { bytes, position: at } = reader;
  const tag = bytes[at] ?? 0;
  const isShort = tag < 0x80 && tag >= 8 && (tag & 7) === WireType.Varint && (bytes[at + 1] ?? 0x80) < 0x80;
  if (!isShort || at + 2 > reader.end || fields[tag] !== undefined) return false;
  reader.position = at + 2;
  return true;
}

function compileField(fields: FieldDecoder[], field: DescField, compiler: Compiler): void {
  const set = (wireType: number, decode: FieldDecoder): void => {
    fields[field.number * 8 + wireType] = decode;
  };
  switch (field.fieldKind) {
    case "map":
      set(WireType.LengthDelimited, compileMapField(field, compiler));
      break;
    case "list":
      compileList(set, field, compiler);
      break;
    case "message":
      set(WireType.LengthDelimited, compileMessage(field, field.message, compiler));
      break;
    case "enum":
      set(WireType.Varint, compileSingular(field, compiler.scalars[ScalarType.INT32]));
      break;
    case "scalar":
      set(
        wireTypeOf(field.scalar),
        compileSingular(field, scalarReader(field, field.scalar, field.longAsString, compiler)),
      );
      break;
  }
}

function scalarReader(
  field: DescField,
  type: ScalarType,
  longAsString: boolean,
  { scalars, texts }: Compiler,
): ScalarReader {
  if (type === ScalarType.STRING && isRemembered(field)) return texts.readKnown;
  const read = scalars[type];
  return longAsString ? (reader) => String(read(reader)) : read;
}

function compileSingular(field: DescField, read: ScalarReader): FieldDecoder {
  const name = field.localName;
  if (field.oneof !== undefined) {
    const { localName } = field.oneof;
    return (reader, message) => {
      message[localName] = { case: name, value: read(reader) };
    };
  }
  return (reader, message) => {
    message[name] = read(reader);
  };
}

/** If a message field occurs twice, the second value is merged into the first. */
function compileMessage(field: DescField, desc: DescMessage, compiler: Compiler): FieldDecoder {
  const name = field.localName;
  const read = compileEmbedded(desc, compiler);
  if (field.oneof !== undefined) {
    const { localName } = field.oneof;
    return (reader, message) => {
      const chosen = heldMessage(message, localName);
      const existing = chosen?.["case"] === name ? heldMessage(chosen, "value") : undefined;
      message[localName] = { case: name, value: read(reader, existing) };
    };
  }
  return (reader, message) => {
    message[name] = read(reader, heldMessage(message, name));
  };
}

function compileList(
  set: (wireType: number, decode: FieldDecoder) => void,
  field: DescField & { readonly fieldKind: "list" },
  compiler: Compiler,
): void {
  const name = field.localName;
  if (field.listKind === "message") {
    const read = compileEmbedded(field.message, compiler);
    set(WireType.LengthDelimited, (reader, message) => {
      const items = heldList(message, name);
      chargeItem(reader, items, 0);
      items.push(read(reader, undefined));
    });
    return;
  }
  const type = field.listKind === "enum" ? ScalarType.INT32 : field.scalar;
  const read = scalarReader(field, type, field.listKind === "scalar" && field.longAsString, compiler);
  const wireType = wireTypeOf(type);
  // Readers of bytes and 64-bit numbers count their own memory.
  const textBytes = type === ScalarType.STRING ? heapCost.text : 0;
  set(wireType, (reader, message) => {
    const items = heldList(message, name);
    chargeItem(reader, items, textBytes);
    items.push(read(reader));
  });
  if (wireType === WireType.LengthDelimited) return;
  // Readers accept both packed and unpacked lists.
  const readPacked = (reader: WireReader, items: unknown[]): void => {
    const { end } = reader;
    const stop = stopOf(reader);
    while (reader.position < stop) {
      chargeItem(reader, items, 0);
      items.push(read(reader));
    }
    if (reader.position < end) pauseLoop(reader, end, readPacked, items);
  };
  set(WireType.LengthDelimited, (reader, message) => {
    const outerEnd = enter(reader);
    readPacked(reader, heldList(message, name));
    reader.end = outerEnd;
  });
}

function chargeItem(reader: WireReader, items: readonly unknown[], valueBytes: number): void {
  charge(reader, (items.length === 0 ? heapCost.firstItem : heapCost.item) + valueBytes);
}

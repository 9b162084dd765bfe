/**
 * Protocol Buffers (proto3) for the few messages that BuildKit is spoken to in: messages are tables of fields, from which
 * types, encoders and decoders follow. Fields that are not in a table are skipped, values that are zero are not written.
 */
import { decodeVarint, encodeVarint, type WireField, wireFields } from './wire.ts';

/** One field of a message: its number, its value where the message has none, and how it is written and read. */
export interface Field<Value> {
  readonly number: number;
  initial(): Value;
  /** Appends the field, tag included, to `out`; nothing for a value that is the initial one. */
  write(value: Value, out: Uint8Array[]): void;
  /** The value after one more occurrence of the field on the wire. */
  read(previous: Value, field: WireField): Value;
}

/** Turns messages of one type into bytes and back. */
export interface Codec<Message> {
  encode(message: Partial<Message>): Buffer;
  decode(bytes: Uint8Array): Message;
}

type Fields<Message> = { readonly [Name in keyof Message]: Field<Message[Name]> };

/** The codec of messages with these fields. */
export function message<Message extends object>(fields: Fields<Message>): Codec<Message> {
  const names = Object.keys(fields) as (keyof Message & string)[];
  const byNumber = new Map(names.map((name) => [fields[name].number, name]));
  return {
    encode: (value) => {
      const out: Uint8Array[] = [];
      for (const name of names) {
        const own = value[name];
        if (own !== undefined) fields[name].write(own, out);
      }
      return Buffer.concat(out);
    },
    decode: (bytes) => {
      const result = Object.fromEntries(names.map((name) => [name, fields[name].initial()])) as Message;
      for (const field of wireFields(bytes)) {
        const name = byNumber.get(field.number);
        if (name !== undefined) result[name] = fields[name].read(result[name], field);
      }
      return result;
    },
  };
}

const varintType = 0;
const lengthType = 2;

function writeVarint(number: number, value: number | bigint, out: Uint8Array[]): void {
  out.push(encodeVarint(number * 8 + varintType), encodeVarint(value));
}

function writeBytes(number: number, value: Uint8Array, out: Uint8Array[]): void {
  out.push(encodeVarint(number * 8 + lengthType), encodeVarint(value.length), value);
}

/** `int32`, `int64`, `uint32`, `uint64` or an enumeration, as a number: exact up to 2^53. */
export function integer(number: number): Field<number> {
  return {
    number,
    initial: () => 0,
    write: (value, out) => (value === 0 ? undefined : writeVarint(number, value, out)),
    read: (_, { value }) => Number(BigInt.asIntN(64, decodeVarint(value))),
  };
}

/** `int64` whose values may be beyond 2^53, such as nanoseconds. */
export function long(number: number): Field<bigint> {
  return {
    number,
    initial: () => 0n,
    write: (value, out) => (value === 0n ? undefined : writeVarint(number, value, out)),
    read: (_, { value }) => BigInt.asIntN(64, decodeVarint(value)),
  };
}

export function flag(number: number): Field<boolean> {
  return {
    number,
    initial: () => false,
    write: (value, out) => (value ? writeVarint(number, 1, out) : undefined),
    read: (_, { value }) => decodeVarint(value) !== 0n,
  };
}

export function bytes(number: number): Field<Uint8Array> {
  return {
    number,
    initial: () => Buffer.alloc(0),
    write: (value, out) => (value.length === 0 ? undefined : writeBytes(number, value, out)),
    read: (_, field) => field.bytes,
  };
}

export function text(number: number): Field<string> {
  return {
    number,
    initial: () => '',
    write: (value, out) => (value === '' ? undefined : writeBytes(number, Buffer.from(value), out)),
    read: (_, field) => field.bytes.toString('utf8'),
  };
}

export function texts(number: number): Field<readonly string[]> {
  return {
    number,
    initial: () => [],
    write: (value, out) => {
      for (const one of value) writeBytes(number, Buffer.from(one), out);
    },
    read: (previous, field) => [...previous, field.bytes.toString('utf8')],
  };
}

/** A message in a message. */
export function one<Message>(number: number, codec: Codec<Message>): Field<Message | undefined> {
  return {
    number,
    initial: () => undefined,
    write: (value, out) => (value === undefined ? undefined : writeBytes(number, codec.encode(value), out)),
    read: (_, field) => codec.decode(field.bytes),
  };
}

/** `repeated` messages. Encoding takes messages without their empty fields too. */
export function many<Message>(number: number, codec: Codec<Message>): Field<readonly Message[]> {
  return {
    number,
    initial: () => [],
    write: (value, out) => {
      for (const each of value) writeBytes(number, codec.encode(each), out);
    },
    read: (previous, field) => [...previous, codec.decode(field.bytes)],
  };
}

const pair = message({ key: text(1), value: text(2) });

/** `map<string, string>`; keys are written in their own order. */
export function textMap(number: number): Field<Readonly<Record<string, string>>> {
  return {
    number,
    initial: () => ({}),
    write: (value, out) => {
      for (const key of Object.keys(value).sort())
        writeBytes(number, pair.encode({ key, value: value[key] ?? '' }), out);
    },
    read: (previous, field) => {
      const { key, value } = pair.decode(field.bytes);
      return { ...previous, [key]: value };
    },
  };
}

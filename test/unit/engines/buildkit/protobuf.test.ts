import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import {
  bytes,
  type Codec,
  flag,
  integer,
  long,
  many,
  message,
  one,
  text,
  textMap,
  texts,
} from '../../../../src/engines/buildkit/protobuf.ts';

interface Inner {
  readonly name: string;
  readonly count: number;
}
const inner: Codec<Inner> = message({ name: text(1), count: integer(3) });

interface Outer {
  readonly name: string;
  readonly data: Uint8Array;
  readonly count: number;
  readonly nanos: bigint;
  readonly on: boolean;
  readonly list: readonly string[];
  readonly inner: Inner | undefined;
  readonly inners: readonly Inner[];
  readonly map: Readonly<Record<string, string>>;
}
const outer: Codec<Outer> = message({
  name: text(1),
  data: bytes(2),
  count: integer(3),
  nanos: long(4),
  on: flag(5),
  list: texts(6),
  inner: one(7, inner),
  inners: many(16, inner),
  map: textMap(200),
});

const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

describe('the examples of the specification', () => {
  const number = message({ a: integer(1) });

  test.each([
    [150, '089601'],
    [-2, '08feffffffffffffffff01'],
    [1, '0801'],
    [0, ''],
    [Number.MAX_SAFE_INTEGER, '08ffffffffffffff0f'],
  ])('%d', (a, written) => {
    expect(hex(number.encode({ a }))).toBe(written);
    expect(number.decode(Buffer.from(written, 'hex'))).toEqual({ a });
  });

  test('a text, and a message in a message', () => {
    expect(hex(message({ b: text(2) }).encode({ b: 'testing' }))).toBe('120774657374696e67');
    expect(hex(message({ c: one(3, number) }).encode({ c: { a: 150 } }))).toBe('1a03089601');
  });
});

const inners = fc.record({ name: fc.string(), count: fc.maxSafeInteger() });

test('what is written is read back', () => {
  const messages = fc.record({
    name: fc.string({ unit: 'binary' }),
    data: fc.uint8Array(),
    count: fc.maxSafeInteger(),
    nanos: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    on: fc.boolean(),
    list: fc.array(fc.string()),
    inner: fc.option(inners, { nil: undefined }),
    inners: fc.array(inners),
    map: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
  });
  fc.assert(
    fc.property(messages, (value) => {
      // A byte array and a Buffer of the same bytes are the same.
      const read = outer.decode(outer.encode(value));
      expect({ ...read, data: [...read.data] }).toEqual({ ...value, data: [...value.data] });
    }),
  );
});

test('fields that nobody knows are skipped, whatever they are', () => {
  const known = message({ name: text(1) });
  const others = Buffer.from('1096011d010203042101020304050607082a0161', 'hex');
  expect(known.decode(Buffer.concat([others, known.encode({ name: 'n' }), others]))).toEqual({ name: 'n' });
});

test.each(['0a05', '08', '0aff', '0c', '1d0102'])('bytes that are cut off, or are no message: %s', (written) => {
  const read = (): unknown => outer.decode(Buffer.from(written, 'hex'));
  expect(read).toThrow(ToolError);
  expect(read).toThrow(expect.objectContaining({ code: 'BUILDKIT_ERR' }));
});

test('any bytes are a message or an error of ours, never a hang', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (written) => {
      try {
        outer.decode(written);
      } catch (error) {
        expect(error).toBeInstanceOf(ToolError);
      }
    }),
  );
});

/** The wire format of Protocol Buffers: tags, varints and lengths (protobuf.dev, "Encoding"). */
import { ToolError } from '../../core/errors.ts';

/** One field as it stands on the wire. */
export interface WireField {
  readonly number: number;
  /** The bytes of a varint or of a number of fixed length. */
  readonly value: Buffer;
  /** The content of a string, of bytes or of a message; empty for numbers. */
  readonly bytes: Buffer;
}

const continuation = 0x80;

/** A varint: seven bits a byte, lowest first. A negative number takes ten bytes, as an `int64` does. */
export function encodeVarint(value: number | bigint): Uint8Array {
  if (typeof value === 'number' && value >= 0 && value < continuation) return Uint8Array.of(value);
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | continuation);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Uint8Array.from(out);
}

/** The number in the bytes of a varint. */
export function decodeVarint(bytes: Uint8Array): bigint {
  if (bytes.length === 1) return BigInt(bytes[0] ?? 0);
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 7n) | BigInt((bytes[index] ?? 0) & 0x7f);
  return value;
}

const nothing = Buffer.alloc(0);

/**
 * The fields of a message in their order.
 *
 * @throws `BUILDKIT_ERR` for bytes that are no message, or are cut off.
 */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > buffer.length) throw malformed();
    at += length;
    return buffer.subarray(at - length, at);
  };
  const varint = (): Buffer => {
    let length = 1;
    while (((buffer[at + length - 1] ?? 0) & continuation) !== 0) length++;
    return take(length);
  };
  while (at < buffer.length) {
    const tag = Number(decodeVarint(varint()));
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, value: varint(), bytes: nothing };
        break;
      case 1:
        yield { number, value: take(8), bytes: nothing };
        break;
      case 2:
        yield { number, value: nothing, bytes: take(Number(decodeVarint(varint()))) };
        break;
      case 5:
        yield { number, value: take(4), bytes: nothing };
        break;
      default:
        throw malformed();
    }
  }
}

function malformed(): ToolError {
  return new ToolError('BUILDKIT_ERR', 'BuildKit sent a message that cannot be read', {
    suggestions: [{ code: 'CHECK_BUILDKIT_VERSION', action: 'Check the version of BuildKit: 0.8 or later is known' }],
  });
}

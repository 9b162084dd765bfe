import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  generateKeyPairSync,
  randomBytes,
  scryptSync,
} from 'node:crypto';
import { GoFailure, type GoInteger } from '../template/values.ts';
import { type FunctionTable, onString, onStrings } from './define.ts';
import { base64Mistake } from './encoding.ts';
import type { Chance } from './random.ts';

/** sprig's functions on keys and passwords. */
export function secretFunctions(chance: Chance): FunctionTable {
  return {
    derivePassword: {
      parameters: ['uint32', 'string', 'string', 'string', 'string'],
      call: (counter, type, password, user, site) =>
        derivePassword(type as string, {
          counter: Number((counter as GoInteger).value),
          password: password as string,
          user: user as string,
          site: site as string,
        }),
    },
    genPrivateKey: onString((type) => chance(() => generateKey(type))),
    encryptAES: onStrings(2, (password = '', text = '') => chance(() => encrypt(password, text))),
    decryptAES: onStrings(2, decrypt),
  };
}

/** Shapes of passwords by type, in Master Password's letters. */
const shapes: Readonly<Record<string, string>> = {
  maximum: 'anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno',
  long: [
    'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv',
    'CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv',
    'CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno',
  ].join(' '),
  medium: 'CvcnoCvc CvcCvcno',
  short: 'Cvcn',
  basic: 'aaanaaan aannaaan aaannaaa',
  pin: 'nnnn',
};

const bothCases = 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';
/** What each letter of a shape stands for. */
const characters: Readonly<Record<string, string>> = {
  C: 'BCDFGHJKLMNPQRSTVWXYZ',
  v: 'aeiou',
  c: 'bcdfghjklmnpqrstvwxyz',
  a: bothCases,
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: `${bothCases}0123456789!@#$%^&*()`,
};
const purpose = 'com.lyndir.masterpassword';

interface Derivation {
  readonly counter: number;
  readonly password: string;
  readonly user: string;
  readonly site: string;
}

/** A site's password by the Master Password algorithm. */
function derivePassword(type: string, { counter, password, user, site }: Derivation): string {
  const known = Object.hasOwn(shapes, type) ? shapes[type]?.split(' ') : undefined;
  if (known === undefined) return `cannot find password template ${type}`;
  const salt = Buffer.concat([Buffer.from(purpose), lengthAnd(user)]);
  const key = scryptSync(password, salt, 64, { N: 32_768, r: 8, p: 2, maxmem: 64 * 1024 * 1024 });
  const message = Buffer.concat([Buffer.from(purpose), lengthAnd(site), uint32(counter)]);
  const seed = createHmac('sha256', key).update(message).digest();
  const shape = known[(seed[0] ?? 0) % known.length] ?? '';
  return [...shape]
    .map((letter, index) => {
      const choices = characters[letter] ?? '';
      return choices[(seed[index + 1] ?? 0) % choices.length] ?? '';
    })
    .join('');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function lengthAnd(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** A new private key as PEM: RSA with 4096 bits, or ECDSA on P-256. */
function generateKey(type: string): string {
  switch (type) {
    case '':
    case 'rsa':
      return generateKeyPairSync('rsa', {
        modulusLength: 4096,
        privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
        publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
      }).privateKey;
    case 'ecdsa':
      return generateKeyPairSync('ec', {
        namedCurve: 'prime256v1',
        privateKeyEncoding: { type: 'sec1', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      }).privateKey;
    case 'dsa':
      throw new GoFailure('keys for DSA are not supported: use "rsa" or "ecdsa"');
    default:
      return `Unknown type ${type}`;
  }
}

const block = 16;

/** The password's bytes, filled up with zeros or cut to 32. */
function keyOf(password: string): Buffer {
  const key = Buffer.alloc(32);
  Buffer.from(password).copy(key);
  return key;
}

function encrypt(password: string, text: string): string {
  if (text === '') return '';
  const start = randomBytes(block);
  const cipher = createCipheriv('aes-256-cbc', keyOf(password), start);
  return Buffer.concat([start, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

/** AES-256 in CBC mode. As in sprig the padding is believed without a look: its last byte is its length. */
function decrypt(password: string = '', encoded: string = ''): string {
  if (encoded === '') return '';
  const mistake = base64Mistake(encoded);
  if (mistake !== undefined) throw new GoFailure(mistake);
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length < block) {
    throw new GoFailure(`runtime error: slice bounds out of range [:${block}] with capacity ${bytes.length}`);
  }
  if (bytes.length % block !== 0) throw new GoFailure('crypto/cipher: input not full blocks');
  if (bytes.length === block) throw new GoFailure('runtime error: index out of range [-1]');
  const decipher = createDecipheriv('aes-256-cbc', keyOf(password), bytes.subarray(0, block)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(bytes.subarray(block)), decipher.final()]);
  const end = plain.length - (plain.at(-1) ?? 0);
  if (end < 0) throw new GoFailure(`runtime error: slice bounds out of range [:${end}]`);
  return plain.subarray(0, end).toString();
}

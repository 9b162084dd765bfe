import { expect, test } from 'vitest';
import { DockerfileProblem } from '../../../src/dockerfile/problem.ts';
import { parseRunMount } from '../../../src/dockerfile/run-mount.ts';

const parse = (text: string): ReturnType<typeof parseRunMount> =>
  parseRunMount(text, (word) => word.replace('$V', 'v'));

test.each([
  ['target=/x', { type: 'bind', target: '/x', readOnly: true }],
  ['type=bind,src=a,dst=/x,rw', { source: 'a', target: '/x', readOnly: false }],
  [
    'type=cache,target=/$V,sharing=locked,uid=5,gid=6,mode=0700',
    { target: '/v', sharing: 'locked', uid: 5, gid: 6, mode: 0o700 },
  ],
  ['type=cache,target=/x', { readOnly: false, sharing: 'shared', id: undefined }],
  ['type=tmpfs,target=/x,size=1.5m', { size: 1572864 }],
  ['type=secret,id=s,required', { id: 's', required: true, target: undefined }],
  ['type=secret,id=s,env=TOKEN', { env: 'TOKEN' }],
  ['"type=bind","source=a,b",target=/x', { source: 'a,b' }],
  ['TYPE=SSH', { type: 'ssh' }],
])('%s', (text, expected) => {
  expect(parse(text)).toMatchObject(expected);
});

test.each([
  'type=other,target=/x',
  'type=cache',
  'target=/x,wrong=1',
  'type=cache,target=/x,mode=9',
  'target=/x,ro=maybe',
])('%s is refused', (text) => expect(() => parse(text)).toThrow(DockerfileProblem));

/** Flags that Skaffold does not have. */
export const ownFlags = [
  {
    name: 'engine',
    kind: 'choice',
    default: 'auto',
    on: ['build', 'render'],
    values: ['auto', 'docker', 'embedded'],
    complete: 'none',
    own: true,
    help: 'What executes Dockerfiles: docker (a Docker Engine), embedded (this program), or auto (docker where a daemon answers)',
  },
  {
    name: 'addr',
    kind: 'string',
    default: '127.0.0.1:5000',
    on: ['registry serve'],
    complete: 'none',
    own: true,
    help: 'Address to listen on, HOST:PORT; port 0 picks a free one',
  },
  {
    name: 'store',
    kind: 'string',
    on: ['registry serve'],
    complete: 'directory',
    own: true,
    help: 'Directory for what is pushed; registry below the cache directory unless set',
  },
  {
    name: 'auth-file',
    kind: 'stringOrUnset',
    on: ['registry serve'],
    complete: 'file',
    own: true,
    help: 'Let only these users in: a file of lines NAME:PASSWORD or NAME:{SHA256}HEX',
  },
] as const;

import { expect, test } from 'vitest';
import { workbench } from '../support/cli.ts';

/** Any socket that is opened, and any name that is looked up, ends the process. */
const noNetwork = `
const refuse = (what) => () => {
  process.stderr.write('touched the network: ' + what + '\\n');
  process.exit(99);
};
require('node:net').Socket.prototype.connect = refuse('net');
require('node:dgram').Socket.prototype.send = refuse('dgram');
const dns = require('node:dns');
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) dns[name] = dns.promises[name] = refuse('dns');
require('node:module').syncBuiltinESMExports();
`;

const digest = `sha256:${'ab'.repeat(32)}`;

test.each(['remote', 'none', 'tag', 'local'])(
  'a render with digests in hand opens no socket: --digest-source=%s',
  async (source) => {
    const bench = workbench({
      'no-network.cjs': noNetwork,
      'skaffold.yaml':
        'apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: app}]}\nmanifests: {rawYaml: [k.yaml]}\n',
      'k.yaml': 'apiVersion: v1\nkind: Pod\nspec: {image: app}\n',
      'artifacts.json': JSON.stringify({ builds: [{ imageName: 'app', tag: `registry.invalid/app:v1@${digest}` }] }),
    });
    try {
      const result = await bench.run(
        ['render', '-a', 'artifacts.json', `--digest-source=${source}`, '--offline=true', '-d', 'registry.invalid'],
        { env: { NODE_OPTIONS: `--require=${bench.path('no-network.cjs')}` } },
      );
      expect(result).toMatchObject({ code: 0, stderr: '' });
      expect(result.stdout).toContain(`image: registry.invalid/app:v1@${digest}\n`);
    } finally {
      bench.remove();
    }
  },
);

test('the guard of this test catches a render that asks a registry', async () => {
  const bench = workbench({
    'no-network.cjs': noNetwork,
    'skaffold.yaml':
      'apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {tagPolicy: {envTemplate: {template: v1}}, artifacts: [{image: app}]}\n',
  });
  try {
    const { code } = await bench.run(['render', '--digest-source=remote', '-d', 'registry.invalid'], {
      env: { NODE_OPTIONS: `--require=${bench.path('no-network.cjs')}` },
    });
    expect(code).toBe(99);
  } finally {
    bench.remove();
  }
});

//   node scripts/warm.cjs dist/main.js
// Runs the bundled program on a small project, then keeps what V8 compiled on the way as its code cache. Run by the
// bundler; its output is of no interest.
'use strict';
const { mkdtempSync, mkdirSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const launcher = process.argv[2];
const { main, script, cache } = require(launcher);
const work = mkdtempSync(join(tmpdir(), 'slipway-warm-'));

const files = {
  'skaffold.yaml': [
    'apiVersion: skaffold/v4beta14',
    'kind: Config',
    'metadata: {name: warm}',
    'build:',
    '  tagPolicy: {sha256: {}}',
    '  artifacts:',
    '  - image: base',
    '  - image: app',
    '    docker: {buildArgs: {A: "1"}}',
    '    requires: [{image: base, alias: BASE}]',
    'manifests:',
    '  rawYaml: [k8s/*.yaml]',
    '',
  ].join('\n'),
  Dockerfile:
    'ARG BASE\nFROM scratch AS files\nCOPY files /files/\nFROM scratch\nARG A\nENV A=$A\nWORKDIR /app\nCOPY --from=files /files .\nLABEL a=b\nCMD ["x"]\n',
  'files/a.txt': 'a\n',
  'k8s/pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: "app"\n  labels: {a: b}\nspec:\n  containers:\n    - name: app\n      image: app\n      args: ["-x", 1, true]\n',
};

async function runAll() {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(work, name, '..'), { recursive: true });
    writeFileSync(join(work, name), content);
  }
  process.chdir(work);
  Object.assign(process.env, { HOME: work, XDG_CACHE_HOME: join(work, 'cache'), KUBECONFIG: join(work, 'none') });
  const build = ['build', '--engine=embedded', '--push=false', '--file-output=artifacts.json'];
  const lines = [
    ['version'],
    ['help', 'build'],
    build,
    build,
    ['render', '-a', 'artifacts.json', '--digest-source=none', '--offline=true', '-l', 'a=b'],
  ];
  for (const line of lines) {
    process.argv = [process.execPath, launcher, ...line];
    const code = await main(process);
    if (code !== 0) throw new Error(`${line.join(' ')} ended with ${code}`);
  }
}

runAll()
  .then(() => writeFileSync(cache, script.createCachedData()))
  .finally(() => rmSync(work, { recursive: true, force: true }))
  .then(() => process.exit(0));

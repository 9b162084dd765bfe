#!/usr/bin/env node
// Bundles the command line and the library into dist/:
//   main.js               starts the program (scripts/launcher.cjs)
//   slipway-<hash>.js     all of src/, one file; parts run when a command needs them
//   sandbox-helper.js     what a sandbox of RUN starts in its user namespace
//   vendor/*.js           one file per package, read when it is needed
//   *.cache               V8's code cache for the version of Node that built it
//   library/              the library as ES modules, with its types
//   node scripts/build.mjs [--no-types]
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Built aside and moved into place whole: a program that is being run keeps its files. */
const dist = join(root, `.dist-${process.pid}`);
const { version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Names this state of the sources: what another one rendered is not taken from the store. */
function hashSources() {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .sort();
  for (const name of files) hash.update(`${name}\0`).update(readFileSync(join(root, 'src', name)));
  return hash.digest('hex');
}

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  charset: 'ascii',
  external: ['cpu-features'],
  loader: { '.node': 'empty' },
  define: { __SLIPWAY_VERSION__: JSON.stringify(version), __SLIPWAY_SOURCES__: JSON.stringify(hashSources()) },
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
};

const vendorFile = (name) => `vendor/${name.replace(/[@/]/g, '_')}.js`;

/** Packages stay outside the program's file, so that a command that needs none reads none. */
const packagesApart = {
  name: 'packages-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^[@a-z]/ }, ({ path }) =>
      Object.hasOwn(dependencies, path) ? { path: `./${vendorFile(path)}`, external: true } : undefined,
    );
  },
};

async function bundleProgram() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ['src/main.ts'],
    format: 'cjs',
    // import() becomes require(): the code cache belongs to a script, and scripts cannot import without a warning.
    supported: { 'dynamic-import': false },
    // What runs from source finds files by import.meta, the bundled program by __dirname.
    logOverride: { 'empty-import-meta': 'silent' },
    plugins: [packagesApart],
    write: false,
    outfile: 'program.js',
  });
  const code = outputFiles[0].contents;
  const name = `slipway-${createHash('sha256').update(code).digest('hex').slice(0, 12)}.js`;
  writeFileSync(join(dist, name), code);
  const launcher = readFileSync(join(root, 'scripts/launcher.cjs'), 'utf8').replace('@PROGRAM@', name);
  writeFileSync(join(dist, 'main.js'), launcher);
  chmodSync(join(dist, 'main.js'), 0o755);
}

async function bundlePackages() {
  for (const name of Object.keys(dependencies)) {
    await build({
      ...common,
      entryPoints: [name],
      format: 'cjs',
      outfile: join(dist, vendorFile(name)),
      plugins: [unusedApart],
      legalComments: 'eof',
    });
  }
}

/**
 * What packages bring along and nobody uses: dockerode SSH and BuildKit sessions of its own, gRPC a reader of protocol
 * files. 1 MB and 50 ms less to load.
 */
const unusedApart = {
  name: 'unused-apart',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(ssh2|@grpc\/|protobufjs)/ }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path, namespace: 'unused' },
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** What works on the files of a sandbox from inside its user namespace. */
async function bundleHelper() {
  await build({
    ...common,
    entryPoints: ['src/engines/embedded/sandbox/helper.ts'],
    format: 'cjs',
    outfile: join(dist, 'sandbox-helper.js'),
  });
}

async function bundleLibrary() {
  await build({
    ...common,
    entryPoints: { index: 'src/index.ts' },
    format: 'esm',
    splitting: true,
    outdir: join(dist, 'library'),
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [packagesByName],
  });
}

/** Users of the library have its packages installed: they are its dependencies. */
const packagesByName = {
  name: 'packages-by-name',
  setup({ onResolve }) {
    onResolve({ filter: /^[@a-z]/ }, ({ path }) =>
      Object.hasOwn(dependencies, path) ? { path, external: true } : undefined,
    );
  },
};

try {
  mkdirSync(join(dist, 'library'), { recursive: true });
  writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n');
  writeFileSync(join(dist, 'library/package.json'), '{"type":"module"}\n');
  await Promise.all([bundleProgram(), bundlePackages(), bundleHelper(), bundleLibrary()]);
  execFileSync(process.execPath, [join(root, 'scripts/warm.cjs'), join(dist, 'main.js')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (!process.argv.includes('--no-types')) {
    execFileSync(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', join(dist, 'library')],
      {
        cwd: root,
        stdio: 'inherit',
      },
    );
  }
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  renameSync(dist, join(root, 'dist'));
} finally {
  rmSync(dist, { recursive: true, force: true });
}

/**
 * Derives everything that follows from the authored schema (`npm run generate`): the published JSON Schemas, the
 * validator's table and the TypeScript types. With `--check` nothing is written; the exit code says whether all is current.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiVersions } from '../src/config/versions.ts';
import { readAuthored } from './authored.ts';
import { publishedSchema } from './published.ts';
import { tableSource } from './table.ts';
import { typesSource } from './types.ts';

/** Every generated file: path relative to the project's root, content. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const authored = readAuthored();
  const published = apiVersions.map(
    (version) =>
      [`schemas/${version}.json`, `${JSON.stringify(publishedSchema(authored, version), null, 1)}\n`] as const,
  );
  return new Map([
    ...published,
    ['src/config/generated/table.ts', tableSource(authored)],
    ['src/config/generated/types.ts', typesSource(authored)],
  ]);
}

/** Where a generated file lies on this machine. */
export function generatedPath(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

function main(checkOnly: boolean): number {
  let stale = 0;
  for (const [path, content] of generatedFiles()) {
    const absolute = generatedPath(path);
    if (existsSync(absolute) && readFileSync(absolute, 'utf8') === content) continue;
    stale += 1;
    if (checkOnly) console.log(`${path} is not current; run \`npm run generate\``);
    else {
      mkdirSync(dirname(absolute), { recursive: true });
      writeFileSync(absolute, content);
      console.log(`wrote ${path}`);
    }
  }
  return checkOnly && stale > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.includes('--check'));

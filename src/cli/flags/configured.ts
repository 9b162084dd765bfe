import type { CommandName } from '../command-names.ts';

/** Commands that read a skaffold.yaml and so take the flags that say which one and how. */
export const configured: readonly CommandName[] = [
  'affected',
  'apply',
  'build',
  'debug',
  'delete',
  'deploy',
  'dev',
  'diagnose',
  'exec',
  'filter',
  'fix',
  'generate-pipeline',
  'init',
  'lint',
  'lsp',
  'render',
  'run',
  'test',
  'verify',
  'why',
  'inspect jobManifestPaths modify',
];

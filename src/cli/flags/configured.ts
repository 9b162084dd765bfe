import type { CommandName } from '../command-names.ts';

/** Commands that read a skaffold.yaml and so take the flags that say which one and how. */
export const configured: readonly CommandName[] = [
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
  'inspect jobManifestPaths modify',
];

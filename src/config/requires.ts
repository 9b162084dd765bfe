import type { Diagnostic } from '../core/diagnostic.ts';
import { ToolError } from '../core/errors.ts';
import { advice } from './failure.ts';
import type { ConfigDependency } from './generated/types.ts';
import { findingIn, type LoadedConfig } from './loaded-config.ts';

const remoteKinds = ['googleCloudStorage', 'googleCloudBuildRepoV2'] as const;

/** Which remote that is not fetched an entry of `requires` names, if any. */
export function remoteKind(entry: ConfigDependency): (typeof remoteKinds)[number] | undefined {
  return remoteKinds.find((kind) => entry[kind] !== undefined);
}

/** Configurations of Google Cloud are not fetched. */
export function remoteRefused(owner: LoadedConfig, index: number, kind: string): Diagnostic {
  return findingIn(owner, ['requires', index, kind], `requires[${index}].${kind} is not supported`, {
    code: 'NOT_SUPPORTED',
    suggestion:
      kind === 'googleCloudStorage'
        ? 'Copy it beside this project with gcloud storage cp --recursive, and name the copy with requires[].path'
        : 'Clone it beside this project and name it with requires[].path',
  });
}

/** A path inside a repository that leads out of it. */
export function outsideRepository(owner: LoadedConfig, index: number): Diagnostic {
  const message = `requires[${index}].git.path leads out of the repository`;
  return findingIn(owner, ['requires', index, 'git', 'path'], message, {
    code: 'CONFIG_FILE_PARSING_ERR',
    suggestion: 'Name a file or directory inside the repository',
  });
}

/** A required file that is not there. */
export function missingDependency(owner: LoadedConfig, index: number, path: string): Diagnostic {
  const message = `could not find skaffold config file "${path}" that is referenced as a dependency in config file "${owner.document.source.file}"`;
  return findingIn(owner, ['requires', index, 'path'], message, {
    code: 'CONFIG_DEPENDENCY_NOT_FOUND_ERR',
    suggestion: `Correct the path; it is relative to the directory of "${owner.document.source.file}"`,
  });
}

/** A module that was met on the way to another. */
export interface TrailStep {
  /** What tells the module from others: its file, and its place in it. */
  readonly key: string;
  /** What a person calls it. */
  readonly name: string;
}

/** Modules that require each other in a circle: the last step of `trail` requires its first in entry `index`. */
export function cycle(owner: LoadedConfig, index: number, trail: readonly TrailStep[]): Diagnostic {
  const names = [...trail, ...trail.slice(0, 1)].map(({ name }) => name).join(' -> ');
  return findingIn(owner, ['requires', index], `modules require each other in a circle: ${names}`, {
    severity: 'warning',
    suggestion: 'Remove one of these entries: which module comes first is by chance',
  });
}

/** The configuration the command line names is not there. */
export function missingFile(filename: string): ToolError {
  return new ToolError('CONFIG_FILE_NOT_FOUND_ERR', `skaffold config file ${filename} not found`, {
    suggestions: advice(
      'CREATE_SKAFFOLD_CONFIG',
      'Check your current working directory, or name the file with --filename',
    ),
  });
}

/** More modules that require each other, one after the other, than anybody can follow. */
export function requiredTooDeep(trail: readonly TrailStep[]): ToolError {
  const message = `modules require each other ${trail.length} deep, from ${trail[0]?.name ?? ''} on`;
  return new ToolError('CONFIG_VALIDATION_ERR', message, {
    suggestions: advice('SHORTEN_REQUIRES', 'Let the first module require the others side by side'),
  });
}

/** Entries of `requires` that lead to the same modules again and again. */
export function requiredTooOften(file: string): ToolError {
  return new ToolError('CONFIG_VALIDATION_ERR', `modules are required too many times, the last ones in ${file}`, {
    suggestions: advice('NAME_REQUIRED_CONFIGS', 'Name the modules that are needed in requires[].configs'),
  });
}

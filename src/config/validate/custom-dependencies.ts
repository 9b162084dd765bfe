import type { Diagnostic } from '../../core/diagnostic.ts';
import { artifactLabel, findingIn, type LoadedConfig } from '../loaded-config.ts';

const advice = { suggestion: 'Remove ignore, or list paths' };

/** `ignore` of custom artifacts beside `dockerfile` or `command`, which it has no effect on. */
export function customDependencies(loaded: LoadedConfig): readonly Diagnostic[] {
  return (loaded.config.build?.artifacts ?? []).flatMap(({ custom }, index) => {
    const { dockerfile, command = '', ignore = [] } = custom?.dependencies ?? {};
    if (ignore.length === 0 || (dockerfile === undefined && command === '')) return [];
    const path = ['build', 'artifacts', index, 'custom', 'dependencies', 'ignore'];
    const message = `${artifactLabel(loaded, index)} has invalid dependencies; dependencies.ignore can only be used in conjunction with dependencies.paths`;
    return [findingIn(loaded, path, message, advice)];
  });
}

/** `ignore` of custom tests without `paths`. */
export function customTestDependencies(loaded: LoadedConfig): readonly Diagnostic[] {
  return (loaded.config.test ?? []).flatMap(({ custom = [] }, test) =>
    custom.flatMap(({ dependencies }, index) => {
      const { paths = [], ignore = [] } = dependencies ?? {};
      if (ignore.length === 0 || paths.length > 0) return [];
      const path = ['test', test, 'custom', index, 'dependencies', 'ignore'];
      const message =
        'customTest has invalid dependencies; dependencies.ignore can only be used in conjunction with dependencies.paths';
      return [findingIn(loaded, path, message, advice)];
    }),
  );
}

import type { Diagnostic } from '../../core/diagnostic.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { transformFunctions, validateFunctions } from '../../core/kpt-functions.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';

/** Functions under `manifests.transform` and `manifests.validate` that are not on the lists, and settings without a value. */
export function kptFunctions(loaded: LoadedConfig): readonly Diagnostic[] {
  const { transform = [], validate = [] } = loaded.config.manifests ?? {};
  return [
    ...unknownNames(loaded, 'transform', transform),
    ...unknownNames(loaded, 'validate', validate),
    ...transform.flatMap(({ name = '', configMap = [] }, index) =>
      configMap.flatMap((setting, position) =>
        setting.includes(':') ? [] : [noValue(loaded, ['manifests', 'transform', index, 'configMap', position], name)],
      ),
    ),
  ];
}

const lists = {
  transform: { what: 'transformer', names: [...transformFunctions.keys()], code: 'CONFIG_UNKNOWN_TRANSFORMER' },
  validate: { what: 'validator', names: [...validateFunctions.keys()], code: 'CONFIG_UNKNOWN_VALIDATOR' },
} as const satisfies Record<string, { what: string; names: readonly string[]; code: ErrorCode }>;

function unknownNames(
  loaded: LoadedConfig,
  list: keyof typeof lists,
  functions: readonly { readonly name?: string | undefined }[],
): readonly Diagnostic[] {
  const { what, names, code } = lists[list];
  return functions.flatMap(({ name = '' }, index) => {
    if (name === '' || names.includes(name)) return [];
    const message = `unsupported ${what} "${name}"`;
    const suggestion = `Use one of ${names.join(', ')}`;
    return [findingIn(loaded, ['manifests', list, index, 'name'], message, { code, suggestion })];
  });
}

function noValue(loaded: LoadedConfig, path: readonly (string | number)[], name: string): Diagnostic {
  return findingIn(loaded, path, `unknown arguments for transformer ${name}: a setting needs a value`, {
    code: 'CONFIG_UNKNOWN_TRANSFORMER',
    suggestion: 'Write each entry of configMap as KEY:VALUE',
  });
}

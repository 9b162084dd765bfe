import { transformFunctions, validateFunctions } from '../../core/kpt-functions.ts';
import type { Module } from '../../core/project.ts';

/** A KRM function to run, with what it is told. */
export interface KptFunction {
  /** What the configuration calls it, such as `set-labels`. */
  readonly name: string;
  readonly image: string;
  /** `KEY=VALUE`, sorted. */
  readonly settings: readonly string[];
}

/** What stands under `manifests.transform[]` and `manifests.validate[]`; the configuration was checked to hold known names. */
interface FunctionSpec {
  readonly name?: string;
  readonly configMap?: readonly string[];
}

/** The functions of `manifests.transform`, in their order. */
export function transformsOf({ manifestTransforms }: Module): readonly KptFunction[] {
  const functions = manifestTransforms.transform as readonly FunctionSpec[];
  return functions.map(({ name = '', configMap = [] }) =>
    functionOf(name, transformFunctions, new Map(configMap.map(splitSetting))),
  );
}

/** The functions of `manifests.validate`, in their order. Skaffold passes them no settings. */
export function validatorsOf({ manifestTransforms }: Module): readonly KptFunction[] {
  const functions = manifestTransforms.validate as readonly FunctionSpec[];
  return functions.map(({ name = '' }) => functionOf(name, validateFunctions, new Map()));
}

/** The function that sets parameters (`--set`) in kpt packages. */
export function applySetters(parameters: ReadonlyMap<string, string>): KptFunction {
  return functionOf('apply-setters', transformFunctions, parameters);
}

function functionOf(
  name: string,
  images: ReadonlyMap<string, string>,
  settings: ReadonlyMap<string, string>,
): KptFunction {
  const lines = [...settings].map(([key, value]) => `${key}=${value}`);
  return { name, image: images.get(name) ?? '', settings: lines.sort() };
}

function splitSetting(setting: string): readonly [string, string] {
  const colon = setting.indexOf(':');
  return [setting.slice(0, colon), setting.slice(colon + 1)];
}

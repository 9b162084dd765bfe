import type { Diagnostic } from '../../core/diagnostic.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';
import type { NodePath } from '../nodes.ts';

/** A name and where it stands. */
interface Named {
  readonly name: string;
  readonly loaded: LoadedConfig;
  readonly path: NodePath;
}

/** `verify` tests and their containers have names of their own across all configurations. */
export function verifyNames(configs: readonly LoadedConfig[]): readonly Diagnostic[] {
  const tests = configs.flatMap((loaded) =>
    (loaded.config.verify ?? []).map((test, index) => ({ test, loaded, path: ['verify', index] })),
  );
  const testNames = tests.map(({ test, loaded, path }) => ({ name: test.name ?? '', loaded, path: [...path, 'name'] }));
  const containerNames = tests.map(({ test, loaded, path }) => ({
    name: test.container?.name ?? '',
    loaded,
    path: [...path, 'container', 'name'],
  }));
  return [
    ...duplicates(
      testNames,
      (name) => `found duplicate test name '${name}' in 'verify' test cases. 'verify' test case names must be unique`,
    ),
    ...duplicates(
      containerNames,
      (name) =>
        `found duplicate container name '${name}' in 'verify' test cases. 'verify' container names must be unique`,
    ),
  ];
}

/** `verify` needs something to do. */
export function verifyTests(configs: readonly LoadedConfig[], command: string): readonly Diagnostic[] {
  const [first] = configs;
  if (command !== 'verify' || first === undefined || configs.some(({ config }) => (config.verify ?? []).length > 0))
    return [];
  const message = 'verify command expects non-zero number of test cases';
  return [findingIn(first, ['verify'], message, { suggestion: 'Add a verify section to the configuration' })];
}

/** Custom actions: unique names, at least one container each, unique container names, one execution mode. */
export function customActions(configs: readonly LoadedConfig[]): readonly Diagnostic[] {
  const actions = configs.flatMap((loaded) =>
    (loaded.config.customActions ?? []).map((action, index) => ({ action, loaded, path: ['customActions', index] })),
  );
  const names = actions.map(({ action, loaded, path }) => ({
    name: action.name ?? '',
    loaded,
    path: [...path, 'name'],
  }));
  const containers = actions.flatMap(({ action, loaded, path }) =>
    (action.containers ?? []).map(({ name = '' }, number) => ({
      name,
      loaded,
      path: [...path, 'containers', number, 'name'],
    })),
  );
  return [
    ...actions.flatMap(({ action, loaded, path }) => actionProblems(action, loaded, path)),
    ...duplicates(names, (name) => `found duplicate custom action ${name}. Custom action names must be unique`),
    ...duplicates(
      containers,
      (name) => `found duplicate container name ${name} in custom action. Container names must be unique`,
    ),
  ];
}

type Action = NonNullable<LoadedConfig['config']['customActions']>[number];

function actionProblems(action: Action, loaded: LoadedConfig, path: NodePath): readonly Diagnostic[] {
  const { name = '', containers, executionMode = {} } = action;
  const found: Diagnostic[] = [];
  if (containers !== undefined && containers.length === 0) {
    const message = `custom action ${name} doesn't have containers. custom actions must have one or more containers associated`;
    found.push(findingIn(loaded, [...path, 'containers'], message));
  }
  if (executionMode.local !== undefined && executionMode.kubernetesCluster !== undefined) {
    const message = `custom action ${name} have more than one execution mode defined. custom actions must have only one execution mode`;
    found.push(findingIn(loaded, [...path, 'executionMode'], message));
  }
  return found;
}

/** A finding for each name that stands a second time, at that second place. */
function duplicates(all: readonly Named[], message: (name: string) => string): readonly Diagnostic[] {
  const seen = new Set<string>();
  return all.flatMap(({ name, loaded, path }) => {
    if (name === '' || !seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [findingIn(loaded, path, message(name), { suggestion: 'Rename one of them' })];
  });
}

import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../src/core/manifest.ts';
import type { ResourceFilter } from '../../../src/core/project.ts';
import { createSelector, type SelectorRules } from '../../../src/manifest/selector.ts';
import { valueNode } from '../../../src/yaml/value-node.ts';

const manifest = (apiVersion: unknown, kind: unknown): Manifest => ({
  root: valueNode({ apiVersion, kind }),
  origin: { module: undefined, source: 'm', text: '' },
});
const filter = (groupKind: string, parts: Partial<ResourceFilter> = {}): ResourceFilter => ({
  groupKind,
  image: [],
  labels: [],
  podSpec: [],
  ...parts,
});

/** What the rules say about a path such as `.spec.image`. */
function ask(
  rules: readonly SelectorRules[],
  apiVersion: string,
  kind: string,
  path: string,
): [boolean, string | undefined] {
  const found = createSelector(rules).rulesFor(manifest(apiVersion, kind));
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (found === undefined) return [false, undefined];
  const image = found.image.wants(name) && found.image.matches(name, () => path);
  return [image, found.labels.wants(name) ? found.labels.matches(name, () => path) : undefined];
}

describe('the built-in rules', () => {
  test.each([
    ['v1', 'Pod'],
    ['v1', 'Service'],
    ['v9', 'Pod'],
    ['apps/v1', 'Deployment'],
    ['apps/v1beta1', 'StatefulSet'],
    ['extensions/v1beta1', 'ReplicaSet'],
    ['batch/v1', 'CronJob'],
    ['serving.knative.dev/v1', 'Service'],
    ['argoproj.io/v1alpha1', 'Rollout'],
    ['agones.dev/v1', 'Fleet'],
    ['run.googleapis.com/v1', 'WorkerPool'],
    ['a.cnrm.cloud.google.com/v1', 'Anything'],
  ])('%s %s: any image, any metadata', (apiVersion, kind) => {
    expect(ask([], apiVersion, kind, '.x.image')[0]).toBe(true);
    expect(ask([], apiVersion, kind, '.x.metadata')[1]).toBe('labels');
    expect(ask([], apiVersion, kind, '.x.images')).toEqual([false, undefined]);
  });

  test.each([
    ['v1', 'ConfigMap'],
    ['v1', 'ReplicationController'],
    ['v1', 'PodList'],
    ['v1', 'Deployment'],
    ['apps/v1', 'Pod'],
    ['apps/v1/x', 'Deployment'],
    ['example.com/v1', 'Widget'],
    ['cnrm.cloud.google.com/v1', 'X'],
  ])('%s %s: nothing', (apiVersion, kind) => {
    expect(createSelector([]).rulesFor(manifest(apiVersion, kind))).toBeUndefined();
  });

  test('an object without a version is one of the core group, one without a kind is left alone', () => {
    expect(createSelector([]).rulesFor(manifest(undefined, 'Pod'))).toBeDefined();
    expect(createSelector([]).rulesFor(manifest(undefined, 'Deployment'))).toBeUndefined();
    expect(createSelector([]).rulesFor(manifest('v1', undefined))).toBeUndefined();
    expect(createSelector([]).rulesFor(manifest('v1', 1))).toBeUndefined();
  });

  test.each([
    ['platform.confluent.io/v1', 'Kafka', '.spec.image.init', true],
    ['platform.confluent.io/v1', 'Kafka', '.spec.image', false],
    ['kafka.strimzi.io/v1', 'KafkaConnect', '.spec.image', true],
    ['kafka.strimzi.io/v1', 'KafkaConnect', '.spec.x.image', false],
    ['kafka.strimzi.io/v1', 'Kafka', '.spec.entityOperator.userOperator.image', true],
  ])('%s %s: %s is an image: %s', (apiVersion, kind, path, expected) => {
    expect(ask([], apiVersion, kind, path)[0]).toBe(expected);
  });

  test.each([
    ['apps/v1', 'StatefulSet', '.spec.volumeClaimTemplates.metadata', undefined],
    ['apps/v1', 'StatefulSet', '.spec.template.metadata', 'labels'],
    ['batch/v1', 'Job', '.spec.template.metadata', undefined],
    ['batch/v1', 'Job', '.metadata', 'labels'],
    ['batch/v1', 'CronJob', '.spec.jobTemplate.spec.template.metadata', 'labels'],
  ])('%s %s: labels in %s under %s', (apiVersion, kind, path, expected) => {
    expect(ask([], apiVersion, kind, path)[1]).toBe(expected);
  });
});

describe("the user's rules", () => {
  const allow = (...filters: ResourceFilter[]): SelectorRules => ({ allow: filters, deny: [] });
  const deny = (...filters: ResourceFilter[]): SelectorRules => ({ allow: [], deny: filters });

  test('add kinds, with paths through lists', () => {
    const rules = [allow(filter('Widget.example.com', { image: ['.spec.parts.*.ref'], labels: ['.spec.marks'] }))];
    expect(ask(rules, 'example.com/v1', 'Widget', '.spec.parts.ref')[0]).toBe(true);
    expect(ask(rules, 'example.com/v1', 'Widget', '.spec.image')[0]).toBe(false);
    expect(ask(rules, 'example.com/v1', 'Widget', '.spec')[1]).toBe('marks');
    expect(ask(rules, 'example.com/v1', 'Widget', '.metadata')[1]).toBeUndefined();
  });

  test('replace what is built in for a kind', () => {
    const rules = [allow(filter('Pod', { image: ['.spec.containers.*.image'] }))];
    expect(ask(rules, 'v1', 'Pod', '.spec.containers.image')[0]).toBe(true);
    expect(ask(rules, 'v1', 'Pod', '.spec.initContainers.image')[0]).toBe(false);
    expect(ask(rules, 'v1', 'Pod', '.metadata')[1]).toBeUndefined();
  });

  test('replace the built-in prohibitions of a kind too', () => {
    const rules = [allow(filter('Job.batch', { image: ['.*'], labels: ['.*'] }))];
    expect(ask(rules, 'batch/v1', 'Job', '.spec.template.metadata')[1]).toBe('labels');
  });

  test('deny a whole kind, whatever paths they list', () => {
    const rules = [deny(filter('Deployment.apps', { labels: ['.nowhere.labels'] }))];
    expect(createSelector(rules).rulesFor(manifest('apps/v1', 'Deployment'))).toBeUndefined();
  });

  test('apply in order: later ones win, denials after permissions', () => {
    const all = filter('Pod', { image: ['.*'], labels: ['.*'] });
    expect(ask([{ allow: [all], deny: [all] }], 'v1', 'Pod', '.image')[0]).toBe(false);
    expect(ask([deny(all), allow(all)], 'v1', 'Pod', '.image')[0]).toBe(true);
  });

  test('deny fields of Config Connector kinds', () => {
    const rules = [deny(filter('Thing.a.cnrm.cloud.google.com', { image: ['.spec.image'] }))];
    expect(ask(rules, 'a.cnrm.cloud.google.com/v1', 'Thing', '.spec.image')[0]).toBe(false);
    expect(ask(rules, 'a.cnrm.cloud.google.com/v1', 'Thing', '.spec.x.image')[0]).toBe(true);
  });
});

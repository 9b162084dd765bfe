import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import type { Event } from '../../../src/core/events.ts';
import type { ImageEngine } from '../../../src/core/plugins.ts';
import type { Context } from '../../../src/core/ports.ts';
import type { Artifact, Module, Project } from '../../../src/core/project.ts';
import { formatReference } from '../../../src/image/reference.ts';
import {
  buildKitClusterOf,
  clusterSettingsOf,
  destinationsOf,
  insecureRegistriesOf,
  refuseClusterSettings,
} from '../../../src/pipeline/cluster-build.ts';
import { chooseEngine, type EngineChoice } from '../../../src/pipeline/engine.ts';
import { fakeSystem } from '../../support/fake-system.ts';

const module = (environmentSpec: object, artifacts: readonly object[] = [], environment = 'cluster'): Module =>
  ({ file: 'skaffold.yaml', artifacts, build: { environment, environmentSpec } }) as object as Module;
const artifact = (spec: object, type = 'kaniko', image = 'app'): Artifact =>
  ({ image, type, spec }) as object as Artifact;
const project = (...modules: readonly Module[]): Project => ({ modules, activeProfiles: [] });
const contextWith = (env: Readonly<Record<string, string>> = {}, events: Event[] = []): Context => ({
  system: fakeSystem({ env }),
  emit: (event) => void events.push(event),
  signal: new AbortController().signal,
});

function refused(settings: object, env: Readonly<Record<string, string>> = {}): string {
  try {
    refuseClusterSettings(module(settings), contextWith(env));
  } catch (error) {
    if (error instanceof ToolError && error.code === 'NOT_SUPPORTED') return error.message.split(':')[0] ?? '';
    throw error;
  }
  return '';
}

describe('what a cluster is asked for', () => {
  test.each<readonly [object, string]>([
    [{ HTTP_PROXY: 'http://p' }, 'build.cluster.HTTP_PROXY'],
    [{ HTTPS_PROXY: 'http://p' }, 'build.cluster.HTTPS_PROXY'],
    [{ pullSecretPath: 'key.json' }, 'build.cluster.pullSecretPath'],
    [{ dockerConfig: { path: 'other.json' } }, 'build.cluster.dockerConfig.path'],
    [{ dockerConfig: { path: '~/.docker/config.json', secretName: 's' } }, ''],
    [{ dockerConfig: { secretName: 's' }, pullSecretName: 'p', HTTP_PROXY: '', serviceAccount: 'a' }, ''],
  ])('%j', (settings, field) => {
    expect(refused(settings)).toBe(field);
  });

  test('the Docker configuration that is used may be named', () => {
    const settings = { dockerConfig: { path: '/ci/config.json' } };
    expect(refused(settings)).toBe('build.cluster.dockerConfig.path');
    expect(refused(settings, { DOCKER_CONFIG: '/ci' })).toBe('');
  });

  test('builders are told', () => {
    const settings = { namespace: 'n', timeout: '5m', dockerConfig: { secretName: 's' } };
    expect(clusterSettingsOf(module(settings), 'c')).toEqual({
      ...{ kubeContext: 'c', namespace: 'n', timeout: '5m', pullSecretName: '', dockerConfigSecretName: 's' },
    });
    expect(clusterSettingsOf(module(settings, [], 'local'), 'c')).toBeUndefined();
  });
});

describe('BuildKits are looked for', () => {
  const kube = { kubeContext: 'c', kubeconfig: undefined };

  test('in the namespaces that kaniko artifacts are built in', () => {
    const modules = [
      module({ namespace: 'b' }, [artifact({})]),
      module({ namespace: 'a' }, [artifact({}, 'custom'), artifact({})]),
      module({ namespace: 'b' }, [artifact({})]),
      module({ namespace: 'x' }, [artifact({}, 'custom')]),
      module({ namespace: 'y' }, [artifact({})], 'googleCloudBuild'),
    ];
    expect(buildKitClusterOf(project(...modules), kube)).toEqual({ ...kube, namespaces: ['a', 'b'] });
  });

  test('nowhere where no kaniko artifact is', () => {
    expect(buildKitClusterOf(project(module({}, [artifact({}, 'custom')])), kube)).toBeUndefined();
  });

  test.each<readonly [EngineChoice, Readonly<Record<string, string>>, ImageEngine['name']]>([
    ['auto', {}, 'buildkit'],
    ['auto', { BUILDKIT_HOST: 'tcp://b:1' }, 'buildkit'],
    ['embedded', {}, 'embedded'],
  ])('unless another engine is asked for: %s, %j', async (choice, env, expected) => {
    const events: Event[] = [];
    const store = async (): Promise<never> => ({}) as never;
    const cluster = { kubeContext: '', kubeconfig: undefined, namespaces: ['n'] };
    const engine = await chooseEngine(choice, store, cluster, contextWith(env, events));
    expect(engine.name).toBe(expected);
    expect(events).toContainEqual(expect.objectContaining({ type: 'engine-chosen', engine: expected }));
  });
});

describe('kaniko.destination', () => {
  test('names further references', () => {
    const references = destinationsOf(artifact({ destination: ['r.io/a:v1', 'b'] })).map(formatReference);
    expect(references).toEqual(['r.io/a:v1', 'b:latest']);
    expect(destinationsOf(artifact({ destination: ['x'] }, 'docker'))).toEqual([]);
  });

  test.each(['NOT valid', `a@sha256:${'a'.repeat(64)}`])('cannot be %s', (destination) => {
    expect(() => destinationsOf(artifact({ destination: [destination] }))).toThrow(
      expect.objectContaining({ code: 'REFERENCE_INVALID', message: expect.stringContaining('kaniko.destination') }),
    );
  });
});

test('registries without TLS are those that artifacts name, and with insecure those that are pushed to', () => {
  const rewrites = [(image: string) => `one.io/${image}`, (image: string) => `two.io/${image}`];
  const hosts = (spec: object): readonly string[] =>
    insecureRegistriesOf(project(module({}, [artifact(spec), artifact({ insecure: true }, 'docker')])), rewrites);
  expect(hosts({})).toEqual([]);
  expect(hosts({ insecureRegistry: ['a'], skipTLSVerifyRegistry: ['b'] })).toEqual(['a', 'b']);
  expect(hosts({ insecure: true, destination: ['c.io/x'] })).toEqual(['one.io', 'two.io', 'c.io']);
  expect(hosts({ skipTLS: true, insecureRegistry: ['a'] })).toEqual(['a', 'one.io', 'two.io']);
});

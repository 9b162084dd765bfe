import { expect, test } from 'vitest';
import { workbench } from '../support/cli.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          image: web
`;

test('the real kustomize builds an overlay, whose images are then pinned', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const bench = workbench({
    'skaffold.yaml': 'apiVersion: skaffold/v4beta13\nkind: Config\nmanifests:\n  kustomize:\n    paths: [overlay]\n',
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': deployment,
    'overlay/kustomization.yaml': 'resources: [../base]\nnamePrefix: staging-\n',
    'artifacts.json': JSON.stringify({ builds: [{ imageName: 'web', tag: `registry.example.com/web:v1@${digest}` }] }),
  });
  try {
    const { code, stdout, stderr } = await bench.run(['render', '-a', 'artifacts.json', '--digest-source=none']);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout).toContain('name: staging-web');
    expect(stdout).toContain(`image: registry.example.com/web:v1@${digest}`);
  } finally {
    bench.remove();
  }
});

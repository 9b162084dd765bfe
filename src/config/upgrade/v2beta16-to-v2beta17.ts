import type { YamlMapping } from '../../core/yaml-node.ts';
import { withoutChild } from '../nodes.ts';
import { changeArtifacts, changeMapping, given, type Report, textIn, type UpgradeStep } from './step.ts';

/** A secret no longer says where the build sees it. */
export const step: UpgradeStep = (root, report) =>
  changeArtifacts(root, (artifact) =>
    changeMapping(artifact, 'docker', (docker) =>
      changeMapping(docker, 'secret', (secret) => withoutDestination(secret, textIn(artifact, 'image'), report)),
    ),
  );

function withoutDestination(secret: YamlMapping, image: string, report: Report): YamlMapping {
  const destination = given(secret, 'dst');
  const text = textIn(secret, 'dst');
  if (destination !== undefined && text !== '')
    report(destination, `artifact "${image}": the destination of a secret is no longer supported: "${text}"`, {
      severity: 'warning',
      suggestion: 'Name the place in the Dockerfile, with RUN --mount=type=secret,id=…,target=…',
    });
  return withoutChild(secret, 'dst');
}

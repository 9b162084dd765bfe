import { type ErrorCode, ToolError } from '../core/errors.ts';

/** Nothing that builds images was found. The exit code is 101, as in Skaffold, unless another one is given. */
export function noBuilder(exitCode = 101): ToolError {
  return failure(
    'INIT_NO_BUILDER',
    exitCode,
    'one or more valid build configuration must be present, and none was found',
    'Add a Dockerfile, or leave the build section out with --skip-build',
  );
}

/** There are no manifests, or none that names an image. Exit code 102, as in Skaffold. */
export function noManifest(): ToolError {
  return failure(
    'INIT_NO_MANIFEST',
    102,
    'one or more valid Kubernetes manifests with an image are required, and none was found',
    'Name manifests with --kubernetes-manifest, or have simple ones written with --generate-manifests',
  );
}

/** The file to be written is a configuration already. Exit code 103, as in Skaffold. */
export function configExists(file: string): ToolError {
  return failure('INIT_CONFIG_EXISTS', 103, `pre-existing ${file} found`, 'Overwrite it with --force');
}

/** It cannot be told which builder builds which image. Exit code 104, as in Skaffold. */
export function ambiguous(images: readonly string[]): ToolError {
  const what = images.length === 0 ? 'several builders and no image' : `the images ${images.join(', ')}`;
  return failure(
    'INIT_AMBIGUOUS',
    104,
    `unable to automatically resolve builder/image pairs for ${what}`,
    'Say what builds each image with --artifact DOCKERFILE=IMAGE; --analyze prints what there is',
  );
}

/** No Chart.yaml that was found can be read. Exit code 105, as in Skaffold. */
export function noChart(): ToolError {
  return failure(
    'INIT_NO_CHART',
    105,
    'one or more valid Helm charts are required, and none was found',
    'Correct the Chart.yaml files, or name manifests with --kubernetes-manifest',
  );
}

/** Standard input ended where an answer was awaited. */
export function unanswered(question: string): ToolError {
  return failure(
    'INIT_UNANSWERED',
    1,
    `reading the answer to "${question}": end of input`,
    'Answer it, or say everything on the command line with --force and --artifact',
  );
}

function failure(code: ErrorCode, exitCode: number, message: string, action: string): ToolError {
  return new ToolError(code, message, { exitCode, suggestions: [{ code: 'CHANGE_INIT', action }] });
}

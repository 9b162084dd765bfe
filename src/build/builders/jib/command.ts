import type { JibTool } from './tool.ts';

/** What one run of the tool has to do. */
export interface JibGoal {
  /** Push from the tool, hand the image to a Docker Engine, or write an archive of it to a file. */
  readonly to: 'registry' | 'docker' | { readonly archive: string };
  readonly tag: string;
  readonly project: string;
  readonly args: readonly string[];
  readonly fromImage: string | undefined;
  /** `os/architecture` names; none leaves the choice to the project. */
  readonly platforms: readonly string[];
  readonly skipTests: boolean;
  readonly isInsecure: boolean;
}

/** The oldest plugin that knows the goals used here, and the oldest that builds for other platforms. */
const requiredVersion = (platforms: readonly string[]): string => (platforms.length > 0 ? '3.2.0' : '1.4.0');

/** The arguments of the build tool; with those of a run for one image they are Skaffold's, word for word. */
export function jibArguments(tool: JibTool, goal: JibGoal): readonly string[] {
  return tool.kind === 'maven' ? mavenArguments(goal) : gradleArguments(goal);
}

function mavenArguments(goal: JibGoal): readonly string[] {
  const { args, project, skipTests, tag } = goal;
  const name = goalOf(goal, { registry: 'build', docker: 'dockerBuild', archive: 'buildTar' });
  return [
    '--batch-mode',
    'jib:_skaffold-fail-if-jib-out-of-date',
    `-Djib.requiredVersion=${requiredVersion(goal.platforms)}`,
    ...args,
    ...(project === '' ? ['--non-recursive'] : ['--projects', project, '--also-make']),
    ...(skipTests ? ['-DskipTests=true'] : []),
    ...(project === ''
      ? ['prepare-package', `jib:${name}`]
      : ['package', `jib:${name}`, `-Djib.containerize=${project}`]),
    ...settings(goal),
    `-Dimage=${tag}`,
  ];
}

function gradleArguments(goal: JibGoal): readonly string[] {
  const { args, project, skipTests, tag } = goal;
  const name = goalOf(goal, { registry: 'jib', docker: 'jibDockerBuild', archive: 'jibBuildTar' });
  return [
    '--console=plain',
    '_skaffoldFailIfJibOutOfDate',
    `-Djib.requiredVersion=${requiredVersion(goal.platforms)}`,
    project === '' ? `:${name}` : `:${project}:${name}`,
    ...(skipTests ? ['-x', 'test'] : []),
    ...args,
    ...settings(goal),
    `--image=${tag}`,
  ];
}

function goalOf({ to }: JibGoal, names: { registry: string; docker: string; archive: string }): string {
  return typeof to === 'string' ? names[to] : names.archive;
}

function settings({ fromImage, isInsecure, platforms, to }: JibGoal): readonly string[] {
  return [
    ...(isInsecure ? ['-Djib.allowInsecureRegistries=true'] : []),
    ...(fromImage === undefined ? [] : [`-Djib.from.image=${fromImage}`]),
    ...(platforms.length === 0 ? [] : [`-Djib.from.platforms=${platforms.join(',')}`]),
    ...(typeof to === 'string' ? [] : [`-Djib.outputPaths.tar=${to.archive}`]),
  ];
}

/** The arguments that make the plugin tell what an image is made of. */
export function jibListArguments(
  tool: JibTool,
  { project, args }: Pick<JibGoal, 'project' | 'args'>,
): readonly string[] {
  if (tool.kind === 'gradle') {
    const task = project === '' ? ':_jibSkaffoldFilesV2' : `:${project}:_jibSkaffoldFilesV2`;
    return ['_skaffoldFailIfJibOutOfDate', '-Djib.requiredVersion=1.4.0', task, ...args, '-q', '--console=plain'];
  }
  return [
    'jib:_skaffold-fail-if-jib-out-of-date',
    '-Djib.requiredVersion=1.4.0',
    ...args,
    ...(project === '' ? ['--non-recursive'] : ['--projects', project, '--also-make']),
    'jib:_skaffold-files-v2',
    '--quiet',
    '--batch-mode',
  ];
}

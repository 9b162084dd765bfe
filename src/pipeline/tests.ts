import { mergeArtifacts } from '../build/artifacts-file.ts';
import type { BuiltArtifact } from '../core/artifact.ts';
import { ToolError } from '../core/errors.ts';
import type { ImageTest } from '../core/project.ts';
import type { Session } from './session.ts';
import { runCustomTest } from './tests/custom.ts';
import { runStructureTests } from './tests/structure.ts';

/** Images that were built before. */
export interface GivenImages {
  /** Entries of `--build-artifacts`; they win over those of `images`. */
  readonly buildArtifacts: readonly BuiltArtifact[];
  /** Entries of `--images`. */
  readonly images: readonly BuiltArtifact[];
}

/**
 * Runs the tests of images that were built before (Skaffold's `test`): every artifact of the configuration needs a
 * tag; entries of `test` for other images are passed over. The images are tested one after the other, structure tests
 * before custom ones, and the first failure ends the run.
 *
 * @throws `BUILD_USER_ERROR` for an artifact without a tag; `TEST_…` and `COMMAND_FAILED` of the tests.
 */
export async function runTests(session: Session, given: GivenImages): Promise<void> {
  const { ctx, project } = session;
  const builds = buildsOf(session, given);
  ctx.emit({ type: 'phase-started', phase: 'Test' });
  ctx.emit({ type: 'notice', phase: 'Test', tone: 'ordinary', text: 'Starting test...' });
  const tests = project.modules.flatMap((module) => module.tests ?? []).filter(isTest);
  if (tests.length > 0) ctx.emit({ type: 'notice', phase: 'Test', tone: 'ordinary', text: 'Testing images...' });
  for (const build of builds) {
    for (const test of tests.filter(({ image }) => image === build.imageName))
      await testImage(build.tag, test, session);
  }
  ctx.emit({ type: 'phase-succeeded', phase: 'Test' });
}

const isTest = ({ structureTests, custom }: ImageTest): boolean => structureTests.length > 0 || custom.length > 0;

async function testImage(tag: string, test: ImageTest, session: Session): Promise<void> {
  if (test.structureTests.length > 0) await runStructureTests(tag, test, session);
  for (const custom of test.custom) await runCustomTest(custom, { tag, directory: test.directory }, session.ctx);
}

/** The artifacts of the configuration with the tags that were given, then what else was given. */
function buildsOf({ project, rewrite }: Session, given: GivenImages): readonly BuiltArtifact[] {
  const artifacts = project.modules.flatMap((module) =>
    module.artifacts.map(({ image }) => ({ imageName: image, tag: '' })),
  );
  const builds = mergeArtifacts(artifacts, given.images, given.buildArtifacts);
  const untagged = builds.find(({ tag }) => tag === '');
  if (untagged === undefined) return builds.map((build) => ({ ...build, tag: rewrite(build.tag) }));
  throw new ToolError('BUILD_USER_ERROR', `no tag provided for image [${untagged.imageName}]`, {
    suggestions: [
      {
        code: 'GIVE_TAGS',
        action: 'Give --build-artifacts a file that `build --file-output` wrote, or name the image with --images',
      },
    ],
  });
}

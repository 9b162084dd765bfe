import { structureTestFiles } from '../../build/test-files.ts';
import { ToolError } from '../../core/errors.ts';
import type { ImageTest } from '../../core/project.ts';
import { unsupportedField } from '../../core/unsupported.ts';
import { parseReference } from '../../image/reference.ts';
import type { Session } from '../session.ts';

/**
 * Runs structure tests through the `container-structure-test` program, with Skaffold's arguments. The image is fetched
 * into the Docker Engine first where that does not hold it.
 *
 * @throws `TEST_USER_CONFIG_ERR` where no file is named, `NOT_SUPPORTED` without a Docker Engine, `COMMAND_NOT_FOUND`,
 *   `TEST_CST_USER_ERR` carrying the program's exit code.
 */
export async function runStructureTests(tag: string, test: ImageTest, session: Session): Promise<void> {
  const { ctx } = session;
  const { files, exec } = ctx.system;
  const configs = await structureTestFiles(test, files);
  if (configs.length === 0) throw noFiles(test);
  await fetchImage(tag, test, session);
  const args = ['test', '-v', 'warn', '--image', tag, ...configs.flatMap((file) => ['--config', file])];
  const { exitCode } = await exec.run('container-structure-test', [...args, ...test.structureTestsArgs], {
    signal: ctx.signal,
    onOutput: (stream, text) => ctx.emit({ type: 'output', phase: 'Test', stream, text }),
  });
  if (exitCode === 0) return;
  throw new ToolError('TEST_CST_USER_ERR', `running container-structure-test on ${tag}: exit status ${exitCode}`, {
    exitCode,
    suggestions: [
      { code: 'CHECK_STRUCTURE_TESTS', action: `Look at ${configs.join(', ')} and at what the tests printed` },
    ],
  });
}

async function fetchImage(tag: string, { image }: ImageTest, session: Session): Promise<void> {
  const engine = await session.engine();
  if (engine.pull === undefined) {
    throw unsupportedField(
      'test.structureTests',
      `the structure tests of "${image}" look at images in a Docker Engine, and there is none`,
      'Start a Docker Engine, or use custom tests',
    );
  }
  if ((await engine.find(tag, session.ctx)) === undefined) await engine.pull(parseReference(tag), 'Test', session.ctx);
}

function noFiles({ image, directory, structureTests }: ImageTest): ToolError {
  return new ToolError(
    'TEST_USER_CONFIG_ERR',
    `expanding test file paths: no file in ${directory} matches ${structureTests.join(', ')} (structure tests of "${image}")`,
    { suggestions: [{ code: 'CHECK_TEST_FILES', action: 'Correct test.structureTests or test.context' }] },
  );
}

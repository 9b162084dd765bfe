import { ToolError } from '../../../core/errors.ts';
import { parseReference } from '../../../image/reference.ts';
import type { BuilderImage } from './builder-image.ts';

/**
 * The image to build upon: the one asked for, else the builder's first choice. Of its mirrors the one that lies where the
 * built image goes is taken (the builder's registry where it goes nowhere), as the pack command does.
 *
 * @param registry where the built image or, where that is not pushed, the builder lies.
 * @throws `BUILD_USER_ERROR` where nobody names one.
 */
export function chooseRunImage(asked: string | undefined, { runImages }: BuilderImage, registry: string): string {
  if (asked !== undefined && asked !== '') return asked;
  const [choice] = runImages;
  if (choice === undefined) {
    throw new ToolError('BUILD_USER_ERROR', 'the builder image names no run image', {
      suggestions: [{ code: 'SET_RUN_IMAGE', action: 'Name one in build.artifacts.buildpacks.runImage' }],
    });
  }
  const near = [choice.image, ...choice.mirrors].find((image) => parseReference(image).registry === registry);
  return near ?? choice.image;
}

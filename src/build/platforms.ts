import { ToolError } from '../core/errors.ts';
import type { Platform } from '../core/names.ts';
import type { Artifact } from '../core/project.ts';
import { formatPlatform, type PlatformSelection, parsePlatforms, samePlatform } from '../image/platform.ts';

/**
 * The platforms an artifact is built for: what was asked for, narrowed by the artifact's own `platforms`
 * (Skaffold's rule). An empty list leaves the choice to the engine.
 *
 * @param wanted `--platform`, or the configuration's `build.platforms`.
 * @throws `BUILD_UNKNOWN_PLATFORM_FLAG` for an unknown word, `BUILD_USER_ERROR` where nothing is left.
 */
export function platformsOf(artifact: Artifact, wanted: readonly string[], host: Platform): readonly Platform[] {
  const asked = parsed(wanted, host);
  const own = parsed(artifact.platforms, host);
  if (asked.length === 0) return own;
  if (own.length === 0) return asked;
  const left = asked.filter((platform) => own.some((constraint) => samePlatform(constraint, platform)));
  if (left.length > 0) return left;
  const list = (platforms: readonly Platform[]): string =>
    platforms.map((platform) => `"${formatPlatform(platform)}"`).join(', ');
  throw new ToolError(
    'BUILD_USER_ERROR',
    `build target platforms ${list(asked)} do not match platform constraints [${list(own)}] defined for artifact "${artifact.image}"`,
    {
      suggestions: [
        { code: 'FIX_PLATFORMS', action: `Add the platform to build.artifacts.platforms of ${artifact.image}` },
      ],
    },
  );
}

/** Of several platforms the host's if it is among them, else the first (`--disable-multi-platform-build`). */
export function keepOne(platforms: readonly Platform[], host: Platform): readonly Platform[] {
  const kept = platforms.find((platform) => samePlatform(platform, host)) ?? platforms[0];
  return kept === undefined ? [] : [kept];
}

/** Whether these values of `--platform` or `platforms:` stand for every platform. */
export function asksForAll(texts: readonly string[]): boolean {
  return texts.some((text) => text.toLowerCase() === 'all');
}

function parsed(texts: readonly string[], host: Platform): readonly Platform[] {
  const selection: PlatformSelection = parsePlatforms(texts, host);
  return selection.all ? [] : selection.platforms;
}

/**
 * An index of several platforms exists in registries only.
 *
 * @throws `BUILD_CROSS_PLATFORM_NO_REGISTRY_ERR` where an image for several platforms is not pushed.
 */
export function requireRegistry(platforms: readonly Platform[], push: boolean): void {
  if (platforms.length < 2 || push) return;
  throw new ToolError(
    'BUILD_CROSS_PLATFORM_NO_REGISTRY_ERR',
    'multi-platform build requires pushing images to a valid container registry',
    {
      suggestions: [
        {
          code: 'SET_PUSH_AND_CONTAINER_REGISTRY',
          action:
            'To run multi-platform builds, set --push to true and set a container registry with --default-repo or in the global config',
        },
      ],
    },
  );
}

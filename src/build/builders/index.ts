import type { Builder } from '../../core/plugins.ts';
import { bazel } from './bazel/index.ts';
import { buildpacks } from './buildpacks/index.ts';
import { custom } from './custom/index.ts';
import { docker } from './docker/index.ts';
import { jib } from './jib/index.ts';
import { kaniko } from './kaniko/index.ts';
import { ko } from './ko/index.ts';

/** Every builder there is; a new one is its file and one line here. */
const all: readonly Builder<never>[] = [bazel, buildpacks, custom, docker, jib, kaniko, ko];

/** Builders by the key they answer to under `build.artifacts[]`. */
export const builders: ReadonlyMap<string, Builder> = new Map(all.map((builder) => [builder.type, builder as Builder]));

/** The Docker Engine's other builder, BuildKit: what the `docker` command uses, and the embedded engine follows. */
import { Readable } from 'node:stream';
import Docker from 'dockerode';
import type { DockerfileBuild } from '../../../src/core/plugins.ts';
import type { Context } from '../../../src/core/ports.ts';
import { contextArchive } from '../../../src/engines/docker/context-archive.ts';
import { formatPlatform } from '../../../src/image/platform.ts';

/** Builds a request with BuildKit and gives the result the request's tag. */
export async function buildWithBuildKit(dockerHost: string, request: DockerfileBuild, ctx: Context): Promise<void> {
  const client = new Docker({ socketPath: dockerHost.replace('unix://', '') });
  const archive = contextArchive(request, ctx);
  const answer = await client.buildImage(Readable.from(archive.bytes, { objectMode: false }), {
    version: '2',
    t: request.tag,
    dockerfile: archive.dockerfile,
    buildargs: Object.fromEntries(Object.entries(request.buildArgs).map(([name, value]) => [name, value ?? ''])),
    ...(request.target === undefined ? {} : { target: request.target }),
    ...(request.platform === undefined ? {} : { platform: formatPlatform(request.platform) }),
  });
  const messages: { error?: string }[] = await new Promise((resolve, reject) => {
    client.modem.followProgress(answer, (error, output) => (error ? reject(error) : resolve(output)));
  });
  const failure = messages.find(({ error }) => error !== undefined);
  if (failure !== undefined) throw new Error(`BuildKit: ${failure.error}`);
}

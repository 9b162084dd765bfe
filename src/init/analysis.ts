import { noBuilder } from './failures.ts';
import type { Pairing } from './pairing.ts';
import type { FoundBuilder, InitOptions } from './types.ts';

/**
 * What `--analyze` prints: one line of JSON, in Skaffold's form. When no kind of builder but Dockerfiles is looked for,
 * it is the form of its first versions.
 *
 * @throws `INIT_NO_BUILDER` (here exit code 1, as in Skaffold) where all builders are paired already.
 */
export function analysisText(
  { pairs, builders, images }: Pairing,
  detect: InitOptions['detect'],
  newFormat: boolean,
): string {
  if (builders.length === 0) throw noBuilder(1);
  const all = [...pairs.map(({ builder }) => builder), ...builders];
  if (!newFormat && !Object.values(detect).includes(true)) {
    const dockerfiles = all.filter(({ name }) => name === 'Docker').map(({ path }) => path);
    const names = [...images, ...pairs.map(({ image }) => image)];
    return line({ ...listField('dockerfiles', dockerfiles), ...listField('images', names) });
  }
  const described = [
    ...pairs.map(({ image }) => ({ name: image, foundMatch: true })),
    ...images.map((image) => ({ name: image, foundMatch: false })),
  ];
  const found = all.map((builder) => ({ name: builder.name, payload: payloadOf(builder) }));
  return line({ builders: found, ...listField('images', described) });
}

function payloadOf({ name, path, builder, image, project }: FoundBuilder): object {
  if (name === 'Buildpacks') return { path, builder };
  return { image, path, project };
}

function listField(name: string, list: readonly unknown[]): object {
  return list.length === 0 ? {} : { [name]: list };
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

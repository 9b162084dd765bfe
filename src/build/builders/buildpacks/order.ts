/** Which buildpacks are tried, in which order. */
import { ToolError } from '../../../core/errors.ts';
import { unsupportedField } from '../../../core/unsupported.ts';
import type { BuilderImage, OrderEntry } from './builder-image.ts';
import type { ProjectDescriptor } from './project-descriptor.ts';

type Order = BuilderImage['order'];

/** Stands for everything the builder would do by itself (the pack command's word). */
const fromBuilder = 'from=builder';

/**
 * The order to use instead of the builder's own; undefined where that one holds. Buildpacks of the artifact replace those
 * of `project.toml`; those before and after them stay.
 *
 * @throws `BUILD_USER_ERROR` for a buildpack that the builder does not hold, `NOT_SUPPORTED` for one from elsewhere.
 */
export function chosenOrder(
  buildpacks: readonly string[],
  { buildpacks: own, pre, post }: Pick<ProjectDescriptor, 'buildpacks' | 'pre' | 'post'>,
  builder: BuilderImage,
): Order | undefined {
  const middle = buildpacks.length > 0 ? buildpacks : own;
  if (middle.length + pre.length + post.length === 0) return undefined;
  const names = [...pre, ...(middle.length > 0 ? middle : [fromBuilder]), ...post];
  return names.reduce<Order>((order, name) => extended(order, name, builder), [[]]);
}

function extended(order: Order, name: string, builder: BuilderImage): Order {
  if (name === fromBuilder) return order.flatMap((group) => builder.order.map((more) => [...group, ...more]));
  const entry = entryOf(name, builder);
  return order.map((group) => [...group, entry]);
}

function entryOf(text: string, { buildpacks }: BuilderImage): OrderEntry {
  const name = text.replace(/^urn:cnb:builder:/, '');
  if (/^(?:[a-z][a-z0-9+.-]*:|\.{0,2}\/)/.test(name) || /\.(?:cnb|tgz|tar\.gz)$/.test(name)) throw elsewhere(text);
  const [, id = name, version] = /^(.+?)@(.+)$/.exec(name) ?? [];
  const found = buildpacks.filter((one) => one.id === id && (version === undefined || one.version === version));
  const [only] = found;
  if (only === undefined) throw unknown(text, buildpacks);
  if (found.length > 1) throw ambiguous(text, found);
  return { id, version: only.version, optional: false };
}

function elsewhere(text: string): ToolError {
  return unsupportedField(
    'build.artifacts.buildpacks.buildpacks',
    `"${text}" is no id of a buildpack, and this version uses only buildpacks that the builder image holds`,
    'Put the buildpack into the builder, and name it by its id',
  );
}

function unknown(text: string, known: BuilderImage['buildpacks']): ToolError {
  const list = known.length === 0 ? 'none' : known.map(({ id, version }) => `${id}@${version}`).join(', ');
  return new ToolError('BUILD_USER_ERROR', `the builder has no buildpack "${text}"; it has ${list}`, {
    suggestions: [{ code: 'FIX_BUILDPACKS', action: 'Name a buildpack of the builder, or another builder' }],
  });
}

function ambiguous(text: string, found: BuilderImage['buildpacks']): ToolError {
  const versions = found.map(({ version }) => version).join(', ');
  return new ToolError('BUILD_USER_ERROR', `the builder has several versions of buildpack "${text}": ${versions}`, {
    suggestions: [{ code: 'NAME_VERSION', action: 'Name one of them, as id@version' }],
  });
}

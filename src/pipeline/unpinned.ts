import type { BuiltArtifact } from '../core/artifact.ts';
import type { Context } from '../core/ports.ts';
import type { Project } from '../core/project.ts';
import { sanitise } from '../manifest/images.ts';

/**
 * Says which artifacts' images leave a render without a digest: those whose reference has none, and those of the project
 * that nothing was given for, whose names stay as they were written. Skaffold says neither.
 */
export function warnOfUnpinned(
  text: string,
  { project, builds }: { readonly project: Project; readonly builds: readonly BuiltArtifact[] },
  ctx: Context,
): void {
  const tagged = builds.filter(({ tag }) => !isPinned(tag) && isWritten(tag, text)).map(({ tag }) => tag);
  warn(tagged, 'pinned by tag alone, which can come to mean another image', ctx);
  if (builds.length === 0) return;
  const given = new Set(builds.map(({ imageName }) => sanitise(imageName)));
  const names = project.modules.flatMap(({ artifacts }) => artifacts.map(({ image }) => sanitise(image)));
  const missing = names.filter((name) => !given.has(name) && isWritten(name, text));
  warn(missing, 'not replaced, because no build of them was given', ctx);
}

/** By digest, or by the id of an image that was built for the engine of this machine. */
function isPinned(tag: string): boolean {
  return tag.includes('@') || /:[0-9a-f]{64}$/.test(tag);
}

function isWritten(image: string, text: string): boolean {
  const escaped = image.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`image: ["']?(?:ko://)?${escaped}(?::[\\w.-]+)?["']?$`, 'im').test(text);
}

function warn(images: readonly string[], problem: string, ctx: Context): void {
  const distinct = [...new Set(images)];
  if (distinct.length === 0) return;
  ctx.emit({ type: 'log', level: 'warning', message: `images without a digest: ${distinct.join(', ')} (${problem})` });
}

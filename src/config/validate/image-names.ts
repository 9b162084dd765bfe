import type { Diagnostic } from '../../core/diagnostic.ts';
import { type ErrorCode, ToolError } from '../../core/errors.ts';
import { parseSkaffoldReference, type SkaffoldReference } from '../../image/skaffold-reference.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';

const taggers = 'Choose tags with build.tagPolicy or --tag instead';

/** Artifact images that are no references, or that bring their own tag or digest. */
export function imageNames(loaded: LoadedConfig): readonly Diagnostic[] {
  return (loaded.config.build?.artifacts ?? []).flatMap(({ image = '' }, index) => {
    if (image === '') return [];
    const problem = (message: string, suggestion: string): Diagnostic =>
      findingIn(loaded, ['build', 'artifacts', index, 'image'], `invalid image "${image}": ${message}`, { suggestion });
    const parsed = parse(image);
    if (!('baseName' in parsed))
      return [problem(`invalid reference format: ${parsed.problem}`, 'Write it as [registry/]name')];
    return [
      ...(parsed.tag === '' ? [] : [problem('no tag should be specified', taggers)]),
      ...(parsed.digest === '' ? [] : [problem('no digest should be specified', taggers)]),
    ];
  });
}

const invalidReference: ErrorCode = 'REFERENCE_INVALID';

function parse(image: string): SkaffoldReference | { readonly problem: string } {
  try {
    return parseSkaffoldReference(image);
  } catch (error) {
    if (error instanceof ToolError && error.code === invalidReference) return { problem: error.message };
    throw error;
  }
}

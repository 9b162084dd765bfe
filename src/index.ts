/**
 * The library: what the commands `build` and `render` do, in process.
 *
 * ```ts
 * import { createSlipway } from 'slipway';
 *
 * const slipway = await createSlipway({ cwd: '/path/of/project' });
 * const builds = await slipway.build({ defaultRepo: 'registry.example.com/team' });
 * const { text } = await slipway.render({ buildArtifacts: builds, digestSource: 'none' });
 * ```
 */
export type { BuiltArtifact } from './core/artifact.ts';
export type { Diagnostic, SourceRange } from './core/diagnostic.ts';
export { type ErrorCode, errorCodes, type Suggestion, ToolError } from './core/errors.ts';
export type { Event, Phase } from './core/events.ts';
export {
  createSlipway,
  type LibraryBuildOptions,
  type LibraryOptions,
  type LibraryRenderOptions,
  type RenderedDocument,
  type Slipway,
} from './library.ts';

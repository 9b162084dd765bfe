import { dirname, join, resolve, sep } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { ToolError } from '../core/errors.ts';
import type { Context } from '../core/ports.ts';
import { circumstancesOf } from './circumstances.ts';
import { withDefaults } from './defaults/index.ts';
import { type ConfigDocument, type ParsedFile, parseConfiguration } from './documents.ts';
import { advice, hasErrors } from './failure.ts';
import type { ConfigDependency, GitInfo } from './generated/types.ts';
import type { LoadedConfig } from './loaded-config.ts';
import { findingIn } from './loaded-config.ts';
import { recordName, reportDuplicateNames } from './module-names.ts';
import type { LoadOptions } from './options.ts';
import { absolutePaths } from './paths.ts';
import type { Circumstances } from './profiles/activation.ts';
import { activeProfiles } from './profiles/activation.ts';
import { applyProfiles } from './profiles/apply.ts';
import { contextConflict } from './profiles/context-conflict.ts';
import { displayName, isUrl, readConfiguration } from './read-source.ts';
import {
  cycle,
  missingDependency,
  missingFile,
  outsideRepository,
  remoteKind,
  remoteRefused,
  requiredTooDeep,
  requiredTooOften,
  type TrailStep,
} from './requires.ts';
import { uniqueFindings } from './source.ts';

/** Configurations in the order of dependency, and what was found on the way. With errors the list may be incomplete. */
export interface LoadedConfigs {
  readonly configs: readonly LoadedConfig[];
  readonly findings: readonly Diagnostic[];
}

/** Most modules that may require each other one after the other. */
const deepestRequires = 200;

/** Most modules that entries of `requires` may lead to, each counted as often as it is required. */
const mostVisits = 20_000;

/** What one load keeps in mind while it walks from file to file. */
interface Walk {
  readonly options: LoadOptions;
  readonly ctx: Context;
  readonly circumstances: Circumstances;
  readonly findings: Diagnostic[];
  readonly files: Map<string, LoadedFile>;
  /** Module name → the document that has it. */
  readonly names: Map<string, { readonly location: string; readonly document: ConfigDocument }>;
  /** Module and role → the profiles it was loaded with. */
  readonly visited: Map<string, string>;
  readonly profileNames: Set<string>;
  /** What finishing a document came to, by document, role and profiles. */
  readonly finished: Map<string, LoadedConfig | undefined>;
  /** Documents that may still be visited. */
  visitsLeft: number;
  /** Copies of git repositories, by repository and ref. */
  readonly repositories: Map<string, Promise<string>>;
}

/** A file that has been read. */
interface LoadedFile {
  readonly location: string;
  readonly parsed: ParsedFile;
  readonly byName: ReadonlyMap<string, readonly ConfigDocument[]>;
  /** Whether its modules' names have been noted. */
  isVisited: boolean;
}

/** One file to load: who asks for it decides what is taken from it. */
interface Visit {
  readonly name: string;
  /** Directory that `name` is relative to. */
  readonly base: string;
  /** Module names to take; empty for all. */
  readonly selection: readonly string[];
  readonly profiles: readonly string[];
  /** Whether the modules count as asked for even if `-m` does not name them. */
  readonly required: boolean;
  readonly dependency: boolean;
  /** Whether it lies in the copy of a repository. */
  readonly remote: boolean;
  /** The modules on the way here, the first one first. */
  readonly trail: readonly TrailStep[];
  /** The entry of `requires` that leads here. */
  readonly entry?: { readonly owner: LoadedConfig; readonly index: number };
}

/**
 * Loads the configuration and everything it requires: parsed, checked, upgraded, profiles and defaults applied, paths of
 * required files made absolute. Nothing is validated yet beyond names and types. Modules come after those they require.
 *
 * @throws {ToolError} `CONFIG_FILE_NOT_FOUND_ERR` when the first file is missing, and what reading it throws.
 */
export async function loadConfigs(options: LoadOptions, ctx: Context): Promise<LoadedConfigs> {
  const walk: Walk = {
    options,
    ctx,
    circumstances: circumstancesOf(options, ctx),
    findings: [],
    files: new Map(),
    names: new Map(),
    visited: new Map(),
    profileNames: new Set(),
    finished: new Map(),
    visitsLeft: mostVisits,
    repositories: new Map(),
  };
  const root: Visit = {
    name: options.filename,
    base: ctx.system.cwd,
    selection: [],
    profiles: options.profiles,
    required: false,
    dependency: false,
    remote: false,
    trail: [],
  };
  const configs = await visitFile(root, walk, () => {
    throw missingFile(options.filename);
  });
  if (!hasErrors(walk.findings)) {
    reportUnknownProfiles(walk);
    if (configs.length === 0) throw nothingSelected(options.modules, [...walk.names.keys()]);
  }
  return { configs, findings: uniqueFindings(walk.findings) };
}

async function visitFile(visit: Visit, walk: Walk, onMissing: () => void): Promise<LoadedConfig[]> {
  if (visit.trail.length > deepestRequires) throw requiredTooDeep(visit.trail);
  const file = walk.files.get(locationOf(visit)) ?? (await readOnce(visit, walk));
  if (file === undefined) {
    onMissing();
    return [];
  }
  const loaded: LoadedConfig[] = [];
  for (const document of documentsFor(visit, file, walk))
    for (const config of await visitDocument(document, file.location, visit, walk)) loaded.push(config);
  return loaded;
}

/** A file is read, parsed, and its findings told, once however often it is required. */
async function readOnce(visit: Visit, walk: Walk): Promise<LoadedFile | undefined> {
  const found = await readConfiguration(visit.name, visit.base, walk.options.stdin, walk.ctx);
  return found && parseOnce(found.location, found.bytes, walk);
}

/** Where a file is found, unless it is a `skaffold.yml`. */
function locationOf({ name, base }: Visit): string {
  return name === '-' || isUrl(name) ? name : resolve(base, name);
}

/** The documents a visit is about; the first visit of a file also notes the names of the others. */
function documentsFor({ selection }: Visit, file: LoadedFile, walk: Walk): readonly ConfigDocument[] {
  const all = file.parsed.documents;
  const isFirst = !file.isVisited;
  file.isVisited = true;
  if (isFirst)
    for (const document of all) recordName(nameOf(document), file.location, document, walk.names, walk.findings);
  const wanted = selection.length === 0 ? all : selected(file, selection);
  walk.visitsLeft -= wanted.length;
  if (walk.visitsLeft < 0) throw requiredTooOften(displayName(file.location, walk.ctx.system.cwd));
  return wanted;
}

function selected({ byName }: LoadedFile, selection: readonly string[]): readonly ConfigDocument[] {
  return [...new Set(selection)]
    .flatMap((name) => byName.get(name) ?? [])
    .sort((left, right) => left.index - right.index);
}

function groupedByName(documents: readonly ConfigDocument[]): ReadonlyMap<string, readonly ConfigDocument[]> {
  const groups = new Map<string, ConfigDocument[]>();
  for (const document of documents) {
    const group = groups.get(nameOf(document)) ?? [];
    group.push(document);
    groups.set(nameOf(document), group);
  }
  return groups;
}

function nameOf(document: ConfigDocument): string {
  return document.value.metadata?.name ?? '';
}

async function parseOnce(location: string, bytes: Uint8Array, walk: Walk): Promise<LoadedFile> {
  const before = walk.files.get(location);
  if (before !== undefined) return before;
  const parsed = await parseConfiguration(displayName(location, walk.ctx.system.cwd), bytes);
  const file: LoadedFile = { location, parsed, byName: groupedByName(parsed.documents), isVisited: false };
  walk.files.set(location, file);
  for (const finding of parsed.findings) walk.findings.push(finding);
  reportDuplicateNames(parsed.documents, walk.findings);
  for (const { value } of parsed.documents) {
    for (const profile of value.profiles ?? []) walk.profileNames.add(profile.name ?? '');
  }
  return file;
}

async function visitDocument(
  document: ConfigDocument,
  location: string,
  visit: Visit,
  walk: Walk,
): Promise<LoadedConfig[]> {
  const name = nameOf(document);
  reportCycle(trailStep(document, location), visit, walk);
  const required = visit.required || walk.options.modules.length === 0 || walk.options.modules.includes(name);
  const loaded = await finishOnce(document, location, visit, walk);
  if (loaded === undefined || alreadyVisited(loaded, required, walk)) return [];
  const needed: LoadedConfig[] = [];
  for (const [index, entry] of (loaded.config.requires ?? []).entries())
    for (const config of await visitDependency(loaded, entry, index, required, visit, walk)) needed.push(config);
  return required ? [...needed, loaded] : needed;
}

function trailStep(document: ConfigDocument, location: string): TrailStep {
  const name = nameOf(document);
  return { key: `${location}:${document.index}`, name: name === '' ? document.source.file : name };
}

/** Skaffold goes around once and stops. A module that takes in its own file is no circle worth telling. */
function reportCycle({ key }: TrailStep, { trail, entry }: Visit, walk: Walk): void {
  const start = trail.findIndex((step) => step.key === key);
  if (start < 0 || start === trail.length - 1 || entry === undefined) return;
  walk.findings.push(cycle(entry.owner, entry.index, trail.slice(start)));
}

/** The same document with the same profiles ends the same, and its findings are told already. */
async function finishOnce(
  document: ConfigDocument,
  location: string,
  visit: Visit,
  walk: Walk,
): Promise<LoadedConfig | undefined> {
  const key = JSON.stringify([location, document.index, visit.dependency, visit.remote, visit.profiles]);
  if (!walk.finished.has(key)) walk.finished.set(key, await finish(document, location, visit, walk));
  return walk.finished.get(key);
}

/** Profiles, then defaults, then paths: the order Skaffold works in. */
async function finish(
  document: ConfigDocument,
  location: string,
  visit: Visit,
  walk: Walk,
): Promise<LoadedConfig | undefined> {
  const { options, circumstances, findings, ctx } = walk;
  const before = findings.length;
  const active = await activeProfiles(document, visit.profiles, options.profileAutoActivation, circumstances, findings);
  const names = active.map((profile) => profile.name);
  const applied = applyProfiles(document, names, findings);
  await contextConflict(applied, active, options, circumstances, findings);
  const directory = visit.dependency && !isUrl(location) && location !== '-' ? dirname(location) : ctx.system.cwd;
  const config = await withDefaults(applied, options, ctx, findings);
  if (hasErrors(findings.slice(before))) return undefined;
  const resolved = visit.dependency ? absolutePaths(config, directory) : config;
  const remote = visit.remote ? { isRemote: true } : {};
  return { document: applied, config: resolved, location, directory, activeProfiles: names, ...remote };
}

/** A module that was loaded before is not loaded again, but it must not be wanted with other profiles. */
function alreadyVisited(loaded: LoadedConfig, required: boolean, walk: Walk): boolean {
  const key = `${loaded.location}:${loaded.document.index}:${required}`;
  const profiles = [...loaded.activeProfiles].sort().join('\n');
  const before = walk.visited.get(key);
  walk.visited.set(key, before ?? profiles);
  if (before === undefined) return false;
  if (before !== profiles) walk.findings.push(profileConflict(loaded));
  return true;
}

function profileConflict(loaded: LoadedConfig): Diagnostic {
  const name = loaded.config.metadata?.name ?? `index ${loaded.document.index}`;
  const { file } = loaded.document.source;
  const message = `config "${name}" defined in file "${file}" imported multiple times with different set of profiles`;
  return findingIn(loaded, ['metadata', 'name'], message, {
    code: 'CONFIG_APPLY_PROFILES_ERR',
    suggestion: 'Let all requires entries that lead to it switch on the same profiles',
  });
}

async function visitDependency(
  owner: LoadedConfig,
  entry: ConfigDependency,
  index: number,
  required: boolean,
  visit: Visit,
  walk: Walk,
): Promise<LoadedConfig[]> {
  const remote = remoteKind(entry);
  if (remote !== undefined) {
    walk.findings.push(remoteRefused(owner, index, remote));
    return [];
  }
  const target = await (entry.git === undefined
    ? dependencyTarget(owner, entry, walk.ctx)
    : repositoryTarget(owner, entry.git, index, walk));
  if (target === undefined) return [];
  const next: Visit = {
    ...target,
    selection: entry.configs ?? [],
    profiles: dependencyProfiles(entry, owner.activeProfiles, walk.options),
    required,
    dependency: visit.dependency || target.name !== owner.location,
    remote: visit.remote || entry.git !== undefined,
    trail: [...visit.trail, trailStep(owner.document, owner.location)],
    entry: { owner, index },
  };
  return visitFile(next, walk, () => walk.findings.push(missingDependency(owner, index, target.name)));
}

/** The file an entry means: its own path against the requiring file's directory, a directory's skaffold.yaml, or the same file. */
async function dependencyTarget(
  owner: LoadedConfig,
  entry: ConfigDependency,
  ctx: Context,
): Promise<{ readonly name: string; readonly base: string }> {
  const path = entry.path ?? '';
  const base = owner.location === '-' || isUrl(owner.location) ? ctx.system.cwd : dirname(owner.location);
  if (path === '') return { name: owner.location, base };
  if (isUrl(path) || path === '-') return { name: path, base };
  const absolute = resolve(base, path);
  const info = await ctx.system.files.stat(absolute);
  return { name: info?.kind === 'directory' ? join(absolute, 'skaffold.yaml') : absolute, base };
}

/** The file in the copy of a git repository, which is brought up to date once in a load. */
async function repositoryTarget(
  owner: LoadedConfig,
  git: GitInfo,
  index: number,
  walk: Walk,
): Promise<{ readonly name: string; readonly base: string } | undefined> {
  const { syncRepository } = await import('./remote-git.ts');
  const key = JSON.stringify([git.repo, git.ref]);
  const copy = walk.repositories.get(key) ?? syncRepository(git, walk.options, walk.ctx);
  walk.repositories.set(key, copy);
  const base = await copy;
  const path = resolve(base, git.path ?? '');
  if (path !== base && !path.startsWith(base + sep)) {
    walk.findings.push(outsideRepository(owner, index));
    return undefined;
  }
  const info = await walk.ctx.system.files.stat(path);
  return { name: info?.kind === 'directory' ? join(path, 'skaffold.yaml') : path, base };
}

function dependencyProfiles(
  entry: ConfigDependency,
  active: readonly string[],
  options: LoadOptions,
): readonly string[] {
  const wanted = (entry.activeProfiles ?? [])
    .filter(({ activatedBy = [] }) => activatedBy.length === 0 || activatedBy.some((name) => active.includes(name)))
    .map(({ name = '' }) => name);
  if (!options.propagateProfiles) return wanted;
  return [...wanted, ...options.profiles.filter((name) => !wanted.includes(name))];
}

function reportUnknownProfiles({ options, profileNames }: Walk): void {
  const unknown = options.profiles.filter((name) => !profileNames.has(name.replace(/^-/, '')));
  if (unknown.length === 0) return;
  const listed = unknown.map((name) => JSON.stringify(name)).join(' ');
  const known = [...profileNames].filter((name) => name !== '').sort();
  const hint = known.length === 0 ? 'No configuration here has profiles' : `The profiles are ${known.join(', ')}`;
  throw new ToolError(
    'CONFIG_PROFILES_NOT_FOUND_ERR',
    `profile selection [${listed}] did not match those defined in any configurations`,
    { suggestions: advice('CONFIG_CHECK_PROFILE_SELECTION', `Check the values of "--profile" or "-p". ${hint}`) },
  );
}

function nothingSelected(modules: readonly string[], names: readonly string[]): ToolError {
  if (modules.length === 0) return new ToolError('CONFIG_ZERO_FOUND_ERR', 'did not find any configs');
  const known = names.filter((name) => name !== '').sort();
  const hint = known.length === 0 ? 'No configuration here has a name' : `The names are ${known.join(', ')}`;
  return new ToolError('CONFIG_BAD_FILTER_ERR', `did not find any configs matching selection [${modules.join(' ')}]`, {
    suggestions: advice(
      'CONFIG_CHECK_FILTER',
      `Check that the arguments to the "-m" or "--module" flag are valid config names. ${hint}`,
    ),
  });
}

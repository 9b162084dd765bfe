/** Lists in pages: tags of a repository ("Listing Tags") and, in the same form, the catalog of repositories. */
import { RegistryError } from './errors.ts';
import type { Handler } from './exchange.ts';
import { json } from './responses.ts';

export const listTags: Handler = async ({ repository, query }, { manifests }) => {
  if (!(await manifests.repositoryExists(repository))) {
    throw new RegistryError('NAME_UNKNOWN', `there is no repository ${repository}`);
  }
  const { items, headers } = page(await manifests.tags(repository), query, `/v2/${repository}/tags/list`);
  return json(200, { name: repository, tags: items }, headers);
};

/** Not part of the OCI specification any more, but clients that look around use it. */
export const listRepositories: Handler = async ({ query }, { manifests }) => {
  const { items, headers } = page(await manifests.repositories(), query, '/v2/_catalog');
  return json(200, { repositories: items }, headers);
};

interface Page {
  readonly items: readonly string[];
  /** `Link` to the next page, where there is one. */
  readonly headers: Readonly<Record<string, string>>;
}

/** At most `n` items after `last`; `all` must be sorted. An `n` of zero asks for nothing and gets no link. */
function page(all: readonly string[], query: URLSearchParams, path: string): Page {
  const last = query.get('last');
  const count = parseCount(query.get('n'));
  const rest = last === null ? all : all.filter((item) => item > last);
  const items = rest.slice(0, count);
  const end = items.at(-1);
  if (end === undefined || items.length === rest.length) return { items, headers: {} };
  const next = new URLSearchParams({ n: String(count), last: end });
  return { items, headers: { link: `<${path}?${next}>; rel="next"` } };
}

function parseCount(text: string | null): number {
  if (text === null) return Number.POSITIVE_INFINITY;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RegistryError('UNSUPPORTED', `"n" must be a whole number, not "${text}"`, { status: 400 });
}

/** Images of both engines, read by independent means: the Docker Engine's own export, and a registry's blobs over HTTP. */
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { comparableConfig, type FlatImage, flattenLayers, readTar } from './flatten.ts';

/** An image as `GET /images/NAME/get` exports it (docker save). */
export async function exportedImage(dockerHost: string, name: string): Promise<FlatImage> {
  const entries = await readTar(await engineGet(dockerHost, `/images/${name}/get`));
  const links = new Map(entries.map(({ header }) => [header.name, header.linkname ?? undefined]));
  const contents = new Map(entries.map(({ header, content }) => [header.name, content]));
  const read = (path: string): Buffer => {
    const link = links.get(path);
    // Layers that occur twice are exported once and linked to.
    const file = link === undefined ? path : new URL(link, `file:///${path}`).pathname.slice(1);
    return contents.get(file) ?? Buffer.alloc(0);
  };
  const [manifest] = JSON.parse(read('manifest.json').toString('utf8')) as readonly {
    Config: string;
    Layers: string[];
  }[];
  if (manifest === undefined) throw new Error(`${name} was exported without a manifest`);
  return {
    tree: await flattenLayers(manifest.Layers.map(read)),
    config: comparableConfig(JSON.parse(read(manifest.Config).toString('utf8'))),
  };
}

function engineGet(dockerHost: string, path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: dockerHost.replace('unix://', ''), path }, (response) => {
      if (response.statusCode === 200) resolve(buffer(response));
      else reject(new Error(`GET ${path}: ${response.statusCode}`));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** An image of an open plain HTTP registry, by `HOST:PORT`, repository and digest. */
export async function servedImage(registry: string, repository: string, digest: string): Promise<FlatImage> {
  const base = `http://${registry}/v2/${repository}`;
  const manifest = JSON.parse((await get(`${base}/manifests/${digest}`)).toString('utf8')) as ServedManifest;
  const blob = (descriptor: { readonly digest: string }): Promise<Buffer> => get(`${base}/blobs/${descriptor.digest}`);
  const layers = await Promise.all(manifest.layers.map(blob));
  const config = await blob(manifest.config);
  return { tree: await flattenLayers(layers), config: comparableConfig(JSON.parse(config.toString('utf8'))) };
}

interface ServedManifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

async function get(url: string): Promise<Buffer> {
  const accept =
    'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, */*';
  const response = await fetch(url, { headers: { accept } });
  if (!response.ok) throw new Error(`GET ${url}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

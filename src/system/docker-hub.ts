/** The address under which Docker keeps the Hub's credentials. */
const hubServer = 'https://index.docker.io/v1/';

const hubNames: readonly string[] = ['index.docker.io', 'docker.io', 'registry-1.docker.io'];

/** Whether a registry host is one of Docker Hub's names. */
export function isDockerHub(registry: string): boolean {
  return hubNames.includes(registry);
}

/** The host that serves a registry's API: Docker Hub's is not the one its images are named by. */
export function apiHost(registry: string): string {
  return isDockerHub(registry) ? 'registry-1.docker.io' : registry;
}

/** The names that credentials of a registry are kept under, the usual one first. */
export function serversOf(registry: string): readonly string[] {
  return isDockerHub(registry) ? [hubServer, ...hubNames] : [registry];
}

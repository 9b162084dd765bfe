/** What runs beside the end-to-end tests. `npm test` starts it; `node scripts/services.mjs -- COMMAND` does for one command. */

export interface Services {
  /** A Docker Engine of the tests' own, as `DOCKER_HOST` wants it. */
  readonly dockerHost: string;
  /** `HOST:PORT` of an open registry that holds `busybox:1`. */
  readonly registry: string;
  /** `HOST:PORT` of one that wants `username` and `password`, with the same image. */
  readonly passwordRegistry: string;
  readonly username: string;
  readonly password: string;
  /** Path of a statically linked busybox. */
  readonly busybox: string;
  /** Path of the `docker` client, for looking from outside. */
  readonly docker: string;
  /** Path of `skopeo`, the independent witness of what a registry serves. */
  readonly skopeo: string;
}

/** The running services. Throws when there are none: a test that needs them cannot pass without. */
export function services(): Services {
  return {
    dockerHost: variable('SLIPWAY_TEST_DOCKER_HOST'),
    registry: variable('SLIPWAY_TEST_REGISTRY'),
    passwordRegistry: variable('SLIPWAY_TEST_PASSWORD_REGISTRY'),
    username: variable('SLIPWAY_TEST_USERNAME'),
    password: variable('SLIPWAY_TEST_PASSWORD'),
    busybox: variable('SLIPWAY_TEST_BUSYBOX'),
    docker: variable('SLIPWAY_TEST_DOCKER'),
    skopeo: variable('SLIPWAY_TEST_SKOPEO'),
  };
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set: run \`npm test\`, or \`node scripts/services.mjs -- npx vitest run --project e2e\``,
    );
  }
  return value;
}

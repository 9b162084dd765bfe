import type { ResourceFilter } from '../core/project.ts';

const everywhere: readonly string[] = ['.*'];

/** Kinds whose images, labels and pod specs are looked for at any depth. */
const workloads: readonly string[] = [
  'Pod',
  'Service',
  ...['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'].map((kind) => `${kind}.apps`),
  ...['CronJob', 'Job'].map((kind) => `${kind}.batch`),
  ...['DaemonSet', 'Deployment', 'ReplicaSet'].map((kind) => `${kind}.extensions`),
];

/** Kinds of other projects whose images and labels are looked for at any depth. */
const customWorkloads: readonly string[] = [
  'Service.serving.knative.dev',
  ...['Fleet', 'GameServer'].map((kind) => `${kind}.agones.dev`),
  ...['Rollout', 'Workflow', 'CronWorkflow', 'WorkflowTemplate', 'ClusterWorkflowTemplate'].map(
    (kind) => `${kind}.argoproj.io`,
  ),
  ...['Job', 'WorkerPool'].map((kind) => `${kind}.run.googleapis.com`),
];

const confluentKinds = ['Connect', 'ControlCenter', 'Kafka', 'KsqlDB', 'SchemaRegistry', 'Zookeeper'];

/** Kinds whose images stand in these fields only. */
const imagePaths: readonly (readonly [kind: string, paths: readonly string[]])[] = [
  ...confluentKinds.map(
    (kind) => [`${kind}.platform.confluent.io`, ['.spec.image.application', '.spec.image.init']] as const,
  ),
  ['KafkaConnect.kafka.strimzi.io', ['.spec.image']],
  [
    'Kafka.kafka.strimzi.io',
    [
      '.spec.kafka.image',
      '.spec.zookeeper.image',
      '.spec.entityOperator.topicOperator.image',
      '.spec.entityOperator.userOperator.image',
    ],
  ],
];

/** The kinds Skaffold v2.24 edits without being told (`TransformAllowlist`). */
export const defaultAllow: readonly ResourceFilter[] = [
  ...workloads.map((groupKind) => ({ groupKind, image: everywhere, labels: everywhere, podSpec: everywhere })),
  ...customWorkloads.map((groupKind) => ({ groupKind, image: everywhere, labels: everywhere, podSpec: [] })),
  ...imagePaths.map(([groupKind, image]) => ({ groupKind, image, labels: everywhere, podSpec: [] })),
];

/** Labels Skaffold never writes there, because the fields are immutable or generated (`TransformDenylist`). */
export const defaultDeny: readonly ResourceFilter[] = [
  { groupKind: 'StatefulSet.apps', image: [], labels: ['.spec.volumeClaimTemplates.metadata.labels'], podSpec: [] },
  { groupKind: 'Job.batch', image: [], labels: ['.spec.template.metadata.labels'], podSpec: [] },
];

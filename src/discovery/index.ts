/** Finding a server, and being found: the port file, the instance records, and who really answers on a port. */
export { DiscoveryError, type DiscoveryErrorCode } from "./errors.ts";
export {
  type CandidateSource,
  type FindServerOptions,
  type FoundServer,
  findServer,
  ServerNotFoundError,
  type TriedServer,
} from "./find-server.ts";
export { findFreePort } from "./free-port.ts";
export { type ListOptions, listServers } from "./list.ts";
export { type Liveness, recordLiveness } from "./liveness.ts";
export { isLoopbackHost, parseServerUrl, portOf } from "./loopback-url.ts";
export { type Env, getDiscoveryFilePath, getDiscoveryHome, getServersFolder } from "./paths.ts";
export { isPort, readPortFile, writePortFile } from "./port-file.ts";
export { type FetchLike, type ProbeOptions, type ProbeResult, probeServer } from "./probe.ts";
export {
  describeOwnProcess,
  getPidNamespace,
  getProcessStartTicks,
  getProcessStartTime,
  isProcessAlive,
  type ProcessIdentity,
} from "./process-identity.ts";
export { type PublishResult, publish, unpublish, unpublishSync } from "./publish.ts";
export { type InstanceRecord, readRecords, removeRecord, writeRecord } from "./records.ts";
export {
  describeResolution,
  type Resolution,
  type ResolutionSource,
  type ResolveOptions,
  resolveServerUrl,
} from "./resolve.ts";

/** What the page of breakpoints and rules asks the server for. */
import type {
  ImportResponse,
  Rule,
  RuleCheckRequest,
  RuleCheckResponse,
  RuleFile,
  RulePatch,
  RulePreview,
  RuleRequest,
} from "../../../src/protocol/rules.ts";
import { request } from "../api.ts";

const rule = (id: string) => `/api/rules/${encodeURIComponent(id)}`;

export const rulesApi = {
  set: (body: RuleRequest) => request<Rule>("POST", "/api/rules", body),
  change: (id: string, body: RulePatch) => request<Rule>("PATCH", rule(id), body),
  remove: (id: string) => request<unknown>("DELETE", rule(id)),
  check: (body: RuleCheckRequest) => request<RuleCheckResponse>("POST", "/api/rules/check", body),
  preview: (body: RuleRequest, signal?: AbortSignal) =>
    request<RulePreview>("POST", "/api/rules/preview", body, signal),
  export: () => request<RuleFile>("GET", "/api/rules/export"),
  import: (file: unknown) => request<ImportResponse>("POST", "/api/rules/import", file),
};

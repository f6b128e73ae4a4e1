/** Rules: breakpoints that think. */
import { Type } from "@sinclair/typebox";
import { Elysia, t } from "elysia";
import {
  ImportResponse,
  Rule,
  RuleCheckRequest,
  RuleCheckResponse,
  RuleFile,
  RuleList,
  RuleLogList,
  RulePatch,
  RulePreview,
  RuleRemoved,
  RuleRequest,
  RuleSet,
} from "../../protocol/rules.ts";
import { actorOf } from "../actor.ts";
import type { ServerContext } from "../context.ts";
import { functionHint } from "../function-hint.ts";
import { exportFile, importFile } from "../rule-file.ts";
import { previewRule } from "../rule-preview.ts";
import { answers, detail } from "./docs.ts";

const byId = { params: Type.Object({ id: Type.String({ minLength: 1 }) }) };

export const ruleRoutes = ({ manager, store, ruleLog, agents }: ServerContext) => {
  const { rules } = manager;
  const view = (id: string) => rules.require(id).view(manager.now());
  return new Elysia({ name: "rules" })
    .get("/api/rules", () => ({ rules: rules.list() }), {
      response: answers(RuleList),
      ...detail(
        "rules",
        "All rules, in their order",
        "Of those that meet a call the first that does more than log decides.",
      ),
    })
    .post(
      "/api/rules",
      async ({ body, request }) => {
        await rules.ready();
        agents.requireRule(actorOf(request), body);
        const rule = rules.set(body).view(manager.now());
        return { ...rule, ...(rule.match === "name" ? functionHint(manager, rule.function) : {}) };
      },
      {
        body: RuleRequest,
        response: answers(RuleSet, 400, 403, 409, 413, 415),
        ...detail(
          "rules",
          "Add a rule, or replace the one of that id",
          "400 invalid_rule names every field that is wrong, and the column.",
        ),
      },
    )
    .post(
      "/api/rules/check",
      async ({ body }) => {
        await rules.ready();
        const problems = rules.check(body);
        return { ok: problems.length === 0, problems };
      },
      {
        body: RuleCheckRequest,
        response: answers(RuleCheckResponse, 400, 415),
        ...detail(
          "rules",
          "Is this well said?",
          "Checks a condition, a template, a pattern or a count while it is written.",
        ),
      },
    )
    .post(
      "/api/rules/preview",
      async ({ body }) => {
        await rules.ready();
        return previewRule({ manager, store }, body);
      },
      {
        body: RuleRequest,
        response: answers(RulePreview, 400, 413, 415),
        ...detail(
          "rules",
          "Which recorded calls it would have acted on",
          "Tries a rule on the newest calls of its function; nothing is kept.",
        ),
      },
    )
    .get("/api/rules/log", ({ query }) => ({ entries: ruleLog.after(query.after ?? 0, query.rule) }), {
      query: t.Object({
        after: t.Optional(t.Integer({ minimum: 0, description: "Only entries above this number" })),
        rule: t.Optional(t.String({ description: "Only those of this rule" })),
      }),
      response: answers(RuleLogList, 400),
      ...detail("rules", "What rules said", "Messages of rules that log, floods, and what went wrong."),
    })
    .get("/api/rules/export", () => exportFile(manager), {
      response: answers(RuleFile),
      ...detail("rules", "Breakpoints, rules and the global behavior as a file"),
    })
    .post(
      "/api/rules/import",
      async ({ body, request }) => {
        await rules.ready();
        agents.requireAllAllowed(actorOf(request), "take rules in");
        return importFile(manager, body);
      },
      {
        body: RuleFile,
        response: answers(ImportResponse, 400, 403, 413, 415),
        ...detail(
          "rules",
          "Take such a file in",
          "A file with a mistake in it changes nothing; importing twice is as good as once.",
        ),
      },
    )
    .get("/api/rules/:id", ({ params }) => view(params.id), {
      ...byId,
      response: answers(Rule, 404),
      ...detail("rules", "One rule"),
    })
    .patch(
      "/api/rules/:id",
      async ({ params, body, request }) => {
        await rules.ready();
        agents.requireAllAllowed(actorOf(request), "change a rule");
        return rules.patch(params.id, body).view(manager.now());
      },
      {
        ...byId,
        body: RulePatch,
        response: answers(Rule, 400, 403, 404, 413, 415),
        ...detail("rules", "Change a rule", "What is there changes; null takes a setting away."),
      },
    )
    .delete(
      "/api/rules/:id",
      ({ params }) => {
        rules.remove(params.id);
        return { status: "ok" as const, id: params.id };
      },
      { ...byId, response: answers(RuleRemoved, 404), ...detail("rules", "Remove a rule") },
    );
};

/** The command line from its sources. The same scenarios run on the executable, in test/e2e. */
import { setDefaultTimeout } from "bun:test";
import { ruleScenarios } from "../e2e/scenarios/rules.ts";
import { sourcePlace } from "../e2e/source.ts";

// Each test starts several processes, on a machine that may be busy.
setDefaultTimeout(60_000);
ruleScenarios(sourcePlace);

/** The executable, alone in a folder. The same scenarios run on the sources, in test/integration. */
import { setDefaultTimeout } from "bun:test";
import { binaryPlace } from "./binary.ts";
import { ruleScenarios } from "./scenarios/rules.ts";

// Each test starts several processes, on a machine that may be busy.
setDefaultTimeout(60_000);
ruleScenarios(binaryPlace);

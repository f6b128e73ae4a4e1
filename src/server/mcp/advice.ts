/** What to do about a refusal, in the names of tools: the API's own sentences name its paths. */
import type { ErrorBody, ErrorCode } from "../../protocol/errors.ts";

const ADVICE: Partial<Record<ErrorCode, string>> = {
  pause_not_found: "List what is paused with breakpoint_list_paused, or wait with breakpoint_wait_for_pause.",
  pause_already_resumed:
    "Somebody decided before you. Find out what with breakpoint_search_calls, and wait for the next with breakpoint_wait_for_pause.",
  action_not_supported: "breakpoint_inspect_paused lists what this call accepts.",
  breakpoint_not_found: "breakpoint_list_breakpoints lists them; breakpoint_add sets one.",
  function_not_found: "breakpoint_list_functions lists what programs have registered.",
  session_not_found: "Leave session_id out, and give pause_id: a session is opened for you.",
  session_closed: "The call was released. Wait for the next pause with breakpoint_wait_for_pause.",
  eval_timeout: "The call is still paused. Evaluate something smaller, or release it.",
  proposal_needed:
    "Propose it instead, with the same input: breakpoint_propose. A person confirms it at the page.",
  denied_to_agents: "Look at the call (breakpoint_inspect_paused), and tell the person what you would do.",
  held_by_person: "A person is at work there. Propose what you would do with breakpoint_propose, or wait.",
  signature_mismatch:
    "breakpoint_list_functions tells the signatures; pick a function with the same parameters.",
};

export function adviceFor(body: ErrorBody): string {
  const advice = (ADVICE as Record<string, string | undefined>)[body.error];
  return advice === undefined ? "" : ` ${advice}`;
}

/** `cideldill help [COMMAND]`. What it shows needs all the commands, which `main` has. */
import { defineCommand } from "./command.ts";

export const command = defineCommand(
  {
    name: "help",
    summary: "Show what there is, or the options of a command",
    argument: "[COMMAND]",
    // "cideldill help break add": what the command can do is all on its one page.
    mostArguments: 2,
    options: {},
    examples: [["cideldill help serve", "the options of serve"]],
  },
  (_options, _io, name) => ({ wants: "help", of: name }),
);

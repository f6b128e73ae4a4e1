/** The command line: `cideldill [COMMAND] [OPTIONS]`. Loads the one command that is asked for. */
import { processIo } from "./commands/io.ts";
import { main } from "./commands/main.ts";

// Not process.exitCode: a connection that is still closing must not keep a command from ending.
main(process.argv.slice(2), processIo()).then((code) => process.exit(code));

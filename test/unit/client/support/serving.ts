/** A real program beside a server that does what a test tells it. */
import type { Runtime, Workshop } from "./debuggee.ts";
import { LiveServer } from "./live-server.ts";

type Meanwhile = (server: LiveServer) => Promise<void> | void;

/** Runs programs to their end; they have debugging on, and the server's address. */
export const servingIn =
  (shop: Workshop, runtime: Runtime) =>
  async (code: string, meanwhile: Meanwhile = () => {}, prepare: (server: LiveServer) => void = () => {}) => {
    const server = new LiveServer();
    prepare(server);
    server.start();
    const env = { CIDELDILL_SERVER_URL: server.url };
    const program = await shop.start(runtime, `withDebug("ON");\n${code}`, env);
    try {
      await meanwhile(server);
      const { code: status, said, stderr } = await program.finish();
      if (status !== 0) throw new Error(`the program ended with ${status}:\n${stderr}`);
      return { said, stderr, server };
    } catch (error) {
      program.kill();
      throw error;
    } finally {
      server.stop();
    }
  };

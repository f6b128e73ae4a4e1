/** The server as a library (Bun only). */
export { createApp } from "./app.ts";
export { BindError } from "./bind.ts";
export { BreakpointServer, type BreakpointServerOptions } from "./breakpoint-server.ts";
export { type ContextOptions, createContext, type ServerContext } from "./context.ts";
export { BreakpointManager, type BreakpointManagerOptions } from "./engine/manager.ts";
export { Refusal } from "./engine/refusal.ts";
export { type ListenOptions, listen, type RunningServer } from "./listen.ts";
export { StoreError } from "./store/store.ts";

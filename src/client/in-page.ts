/**
 * What a bundler for pages takes for `cideldill` (the condition `browser` of the package): the client of Bun and Node needs
 * files and sockets. It does not stand in for that of pages, whose calls give promises, which a program must know of.
 */
function refuse(): never {
  throw new Error(
    'cideldill is for Bun and Node. In a page import the same names from "cideldill/browser": calls of what it wraps give promises.',
  );
}

export {
  refuse as asyncDebugCall,
  refuse as configureDebug,
  refuse as DebugCidMismatchError,
  refuse as DebugCidNotFoundError,
  refuse as DebugError,
  refuse as DebugProtocolError,
  refuse as DebugSerializationError,
  refuse as DebugServerError,
  refuse as DebugTimeoutError,
  refuse as debugCall,
  refuse as debugCallSync,
  refuse as getDebugInfo,
  refuse as getDiscoveryFilePath,
  refuse as readPortFile,
  refuse as registerEncoder,
  refuse as registerReplacement,
  refuse as resolveServerUrl,
  refuse as ServerNotFoundError,
  refuse as withDebug,
  refuse as withDebugSync,
};

/** Sends back what it is sent. Writes its port to the file it is given. */
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("echo")),
  websocket: { message: (socket, text) => void socket.send(text) },
});
await Bun.write(process.argv[2] ?? "", String(server.port));

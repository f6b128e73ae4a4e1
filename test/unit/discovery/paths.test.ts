import { afterEach, expect, test } from "bun:test";
import { homedir, userInfo } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { getDiscoveryFilePath, getDiscoveryHome, getServersFolder } from "../../../src/discovery/index.ts";
import { cleanUp, setEnv } from "./support.ts";

afterEach(cleanUp);

test("test_get_discovery_file_path_returns_path_in_home", () => {
  setEnv({ CIDELDILL_HOME: undefined, CIDELDILL_PORT_FILE: undefined });
  const path = getDiscoveryFilePath() ?? "";
  expect(basename(dirname(path))).toBe(".cideldill");
  expect(basename(path)).toBe("port");
  expect(path.startsWith(homedir())).toBe(true);
});

test("test_get_discovery_file_path_honours CIDELDILL_PORT_FILE, then CIDELDILL_HOME", () => {
  const env = { HOME: "/home/ada", CIDELDILL_HOME: "/srv/cid", CIDELDILL_PORT_FILE: "/run/port" };
  expect(getDiscoveryFilePath(env)).toBe("/run/port");
  expect(getDiscoveryFilePath({ ...env, CIDELDILL_PORT_FILE: undefined })).toBe("/srv/cid/port");
  expect(getDiscoveryHome(env)).toBe("/srv/cid");
  expect(getServersFolder(env)).toBe("/srv/cid/servers");
});

test("empty variables count as unset", () => {
  const env = { HOME: "/home/ada", CIDELDILL_HOME: "", CIDELDILL_PORT_FILE: " " };
  expect(getDiscoveryFilePath(env)).toBe("/home/ada/.cideldill/port");
});

test("a leading ~ is the home folder, and relative paths become absolute", () => {
  const at = (CIDELDILL_HOME: string) => getDiscoveryHome({ HOME: "/home/ada", CIDELDILL_HOME });
  expect(at("~")).toBe("/home/ada");
  expect(at("~/x")).toBe("/home/ada/x");
  expect(at("x/../y")).toBe(resolve("y"));
  expect(at("~bob")).toBe(resolve("~bob"));
});

test("case 8: no HOME at all falls back to the password database", () => {
  const expected = join(userInfo().homedir, ".cideldill");
  expect(getDiscoveryHome({})).toBe(expected);
  expect(getDiscoveryHome({ HOME: "" })).toBe(expected);
  expect(getDiscoveryHome({ HOME: "not/absolute" })).toBe(expected);
});

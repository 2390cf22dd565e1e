/** The variables of `npm start` and their defaults; the shipped flows hold `${NAME}` for each. */
import { hostname } from "node:os";
import { join } from "node:path";

/** Plain defaults; an empty text stands for "the field's own default". The examples carry these in the place of each `${NAME}`. */
export const DEFAULTS: Readonly<Record<string, string>> = {
  HOST: "127.0.0.1",
  PORT: "1880",
  GATEHOUSE_LISTEN: "127.0.0.1",
  GATEHOUSE_FLOWS: "gateway,relay,dashboard,simulators",
  GATEHOUSE_SIMULATE: "1",
  GATEHOUSE_UART: "sim:mesh",
  GATEHOUSE_MESH_GENERATION: "1",
  GATEHOUSE_PEER: "",
  GATEHOUSE_BACKEND: "",
  GATEHOUSE_DATA: "",
  GATEHOUSE_GATEWAY: "",
  GATEHOUSE_TOKENS: "",
  GATEHOUSE_MESH_PORT: "5001",
  GATEHOUSE_MESH_WS_PORT: "5080",
  GATEHOUSE_MONITOR_PORT: "7654",
  GATEHOUSE_BOARD_PORT: "55056",
  GATEHOUSE_HANDSHAKE_PORT: "55057",
  GATEHOUSE_POOL: "55058-55077",
  GATEHOUSE_BOT_PORT: "6667",
  GATEHOUSE_RELAY_PORT: "6668",
  GATEHOUSE_RELAY_WS_PORT: "9000",
  GATEHOUSE_DEVICE_PORT: "8081",
  GATEHOUSE_HUB_PORT: "8888",
  GATEHOUSE_HUB_URL: "ws://127.0.0.1:8888",
};

type Environment = Record<string, string | undefined>;

/** Puts every default that is not set, or set to nothing, into the environment. */
export function applyDefaults(environment: Environment, root: string): void {
  setDefault(environment, "GATEHOUSE_USER_DIR", join(root, ".node-red"));
  setDefault(environment, "GATEHOUSE_DATA", join(environment.GATEHOUSE_USER_DIR!, "gatehouse"));
  setDefault(environment, "GATEHOUSE_BACKEND", process.getBuiltinModule("node:sqlite") ? "file" : "memory");
  setDefault(environment, "GATEHOUSE_GATEWAY", hostname());
  const { GATEHOUSE_HUB_PORT: hubPort } = environment;
  if (hubPort) setDefault(environment, "GATEHOUSE_HUB_URL", `ws://127.0.0.1:${hubPort}`);
  for (const [name, value] of Object.entries(DEFAULTS)) setDefault(environment, name, value);
}

function setDefault(environment: Environment, name: string, value: string): void {
  if (!environment[name]) environment[name] = value;
}

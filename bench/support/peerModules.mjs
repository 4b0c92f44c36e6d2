import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const peersFolder = new URL("../peers/", import.meta.url);

/**
 * A peer that npm installs, which the repository does not ask for.
 *
 * @param {string} name of the package
 * @returns {string | undefined} the module's path: in the folder STARCAST_PEERS, or in bench/peers
 */
export function findPeerModule(name) {
  const { STARCAST_PEERS } = process.env;
  const folder = STARCAST_PEERS ? pathToFileURL(`${STARCAST_PEERS}/`) : peersFolder;
  try {
    return createRequire(folder).resolve(name);
  } catch {
    return undefined;
  }
}

/** @param {string} packages with their versions */
export function howToInstall(packages) {
  return `Install it with: npm install --prefix bench/peers --no-save --ignore-scripts ${packages} (or set STARCAST_PEERS to a folder that has it in node_modules).`;
}

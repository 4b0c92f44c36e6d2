/** Loaded into a measured process before its program: at the end it tells the most memory that was resident. */
process.on("exit", () => {
  process.stderr.write(`\npeak resident memory: ${process.resourceUsage().maxRSS * 1024}\n`);
});

/** Loaded into a measured process before its program: at the end it tells the most memory that was resident, and its processor time. */
process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(
    `\npeak resident memory: ${maxRSS * 1024}, processor seconds: ${(userCPUTime + systemCPUTime) / 1e6}\n`,
  );
});

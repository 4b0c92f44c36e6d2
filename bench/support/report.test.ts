import { describe, expect, it } from "vitest";
import { formatReport } from "./report.mjs";

const machine = { processor: "A1", cores: 2, memoryGiB: 4, system: "Linux 6", node: "v22.0.0", loadBefore: 0 };

describe("formatReport", () => {
  it("aligns a table's columns, leaves missing cells blank and gives numbers three digits", () => {
    const rows = [
      { kernel: "product", "GFLOP/s": 49.357, calls: 12_345 },
      { kernel: "exp", "ns an element": 1.0349 },
    ];
    const report = { benchmark: "kernels", work: "w", data: "d", machine, summaries: [], missing: [] };
    const lines = formatReport({ ...report, tables: [{ title: "Kernels", rows }] }).split("\n");
    expect(lines.slice(-4)).toEqual([
      "Kernels",
      "kernel   GFLOP/s  calls   ns an element",
      "product  49.4     12,345",
      "exp                       1.03",
    ]);
    expect(lines.some((line) => line.startsWith("system"))).toBe(false);
  });

  it("names a missing peer with how to get it", () => {
    const missing = [{ product: "PyTorch", reason: "no Python has it.", install: "pip install torch" }];
    const text = formatReport({ benchmark: "b", work: "w", data: "d", machine, summaries: [], missing });
    expect(text).toContain("PyTorch was not measured: no Python has it.\n  pip install torch");
  });
});

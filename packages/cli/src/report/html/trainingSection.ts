import type { TrainMetrics } from "@starcast/core";
import { score } from "../numbers.js";
import { listBaselines } from "../verdict.js";
import { curveChart } from "./charts.js";
import type { ReportInput } from "./input.js";
import { html, type Markup } from "./markup.js";
import { dataTable, figure, section, unit } from "./shared.js";

/** How the training went: the error and the loss, epoch by epoch. */
export function trainingSection({ metrics, scale }: ReportInput): Markup | undefined {
  if (metrics === undefined || metrics.epochs.length === 0) return undefined;
  const { epochs, keptEpochs } = metrics;
  const numbers = dataTable(
    "Every epoch",
    ["epoch", "training loss", "validation loss", "validation RMSE", "validation exactly right"],
    epochs.map((each) => [
      each.epoch,
      score(each.trainLoss),
      score(each.validationLoss),
      score(each.rmse),
      score(each.accuracy),
    ]),
  );
  return section(
    "training",
    "Training",
    html`<div class="charts">${qualityChart(metrics, unit(scale))}${figure(
      "Loss",
      curveChart(
        { id: "loss", title: "Loss by epoch", description: lossInWords(metrics) },
        membersOf(epochs).flatMap((own) => [
          { colour: "var(--quiet)", dashes: "5 3", points: pointsOf(own, ({ trainLoss }) => trainLoss) },
          { colour: "var(--accent)", points: pointsOf(own, ({ validationLoss }) => validationLoss) },
        ]),
        { label: "loss", kept: keptEpochs },
      ),
      "Solid: validation rows; dashed: training rows, with dropout. Thin upright lines: epochs whose weights were kept.",
      numbers,
    )}</div>`,
  );
}

type Epochs = TrainMetrics["epochs"];

/** The epochs of each network; several may answer together. */
function membersOf(epochs: Epochs): Epochs[] {
  const members = [...new Set(epochs.map(({ member }) => member))];
  return members.map((member) => epochs.filter((record) => record.member === member));
}

function pointsOf(epochs: Epochs, of: (record: Epochs[number]) => number | undefined) {
  return epochs.map((record) => ({ x: record.epoch, y: of(record) ?? Number.NaN }));
}

function qualityChart(metrics: TrainMetrics, unitName: string): Markup {
  const { epochs, keptEpochs, baselines } = metrics;
  const hasRmse = epochs.some(({ rmse }) => rmse !== undefined);
  const name = hasRmse ? "RMSE" : "macro F1";
  const levels = (baselines ? listBaselines(baselines) : []).flatMap(([baseline, measures]) => {
    const value = hasRmse ? measures.rmse : measures.macroF1;
    // By their RMSE, the median and the most frequent label are no match for the mean, and would press the curve flat.
    const isShown = !hasRmse || baseline === "mean" || baseline === "linear";
    return value === undefined || !isShown ? [] : [{ name: levelNames[baseline] ?? baseline, value }];
  });
  const kept = epochs.filter(({ epoch }) => keptEpochs.includes(epoch));
  const where = baselines?.evaluatedOn === "test" ? " (measured on the test rows)" : "";
  return figure(
    `${name} on the validation rows`,
    curveChart(
      {
        id: "quality",
        title: `${name} on the validation rows by epoch`,
        description: `From ${score(valueOf(epochs[0], hasRmse))} in the first epoch to ${kept.map((record) => `${score(valueOf(record, hasRmse))} in epoch ${record.epoch}`).join(", ")}. ${levels.map((level) => `${level.name}: ${score(level.value)}`).join("; ")}.`,
      },
      membersOf(epochs).map((own) => ({
        colour: "var(--accent)",
        points: pointsOf(own, (record) => valueOf(record, hasRmse)),
      })),
      { label: hasRmse ? `RMSE in ${unitName}` : name, levels, kept: keptEpochs },
    ),
    levels.length > 0 ? `Dotted: the baselines${where}.` : undefined,
  );
}

const levelNames: Readonly<Record<string, string>> = {
  mean: "always the mean",
  majority: "always the most frequent",
  linear: "linear model",
};

function valueOf(record: Epochs[number], hasRmse: boolean): number {
  return (hasRmse ? record.rmse : record.macroF1) ?? Number.NaN;
}

function lossInWords({ epochs }: TrainMetrics): string {
  const last = epochs[epochs.length - 1];
  return `Training loss from ${score(epochs[0].trainLoss)} to ${score(last.trainLoss)}, validation loss from ${score(epochs[0].validationLoss)} to ${score(last.validationLoss)}.`;
}

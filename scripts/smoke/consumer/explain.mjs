/** Why a model answers as it does, as text that can be compared bit for bit. */
import { Explainer } from "@starcast/core";
import { texts } from "./rows.mjs";

export function explanations(model) {
  const explainer = new Explainer(model);
  return JSON.stringify(
    texts.map((text) => {
      const explanation = explainer.explain(text);
      const changes = ["up", "down"].map((direction) =>
        explainer.smallestChange(explanation, { direction, step: 0.1 }),
      );
      return { explanation, readings: explainer.readings(explanation), changes };
    }),
  );
}

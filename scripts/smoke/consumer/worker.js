/** The worker of docs/deploy.md, that also tells all it knows: for a runtime that compiles no WebAssembly by itself. */
import { httpFolder, RatingModel, useKernels } from "@starcast/core";
import relaxedSimd from "@starcast/core/relaxed-simd.wasm";
import simd from "@starcast/core/simd.wasm";

useKernels({ simd, relaxedSimd });
let model;

export default {
  async fetch(request, { MODEL_URL }) {
    model ??= await RatingModel.load(httpFolder(MODEL_URL));
    return Response.json(model.predict(await request.json()));
  },
};

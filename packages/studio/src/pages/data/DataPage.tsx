/** Where data comes in: a file is dropped, its columns are confirmed, and what is wrong with it is seen. */
import { useStudioState } from "../../store/context.js";
import { ColumnForm } from "./ColumnForm.js";
import { DropZone } from "./DropZone.js";
import { SummaryView } from "./SummaryView.js";

export function DataPage() {
  const table = useStudioState((state) => state.table);
  const choice = useStudioState((state) => state.choice);
  const summary = useStudioState((state) => state.summary);
  return (
    <>
      <h1>{table ? "Data" : "Learn ratings from texts"}</h1>
      {!table && (
        <p class="lead">
          Give a table of texts and ratings, reviews with stars for example. A network learns here, in this page, what
          makes a rating; you watch it, question it, and find out whether to trust it.
        </p>
      )}
      <DropZone />
      {table && <ColumnForm key={table.name} table={table} choice={choice} />}
      {summary && choice && <SummaryView summary={summary} choice={choice} />}
    </>
  );
}
